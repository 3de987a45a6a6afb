using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Postern.ManagedLogin;

/// <summary>A style sheet or script of the pages, with what its compressed forms are.</summary>
/// <param name="Version">Of its content: part of its address, so that browsers may keep it for good.</param>
public sealed record Asset(string Type, string Version, byte[] Plain, byte[] Gzip, byte[] Brotli)
{
    public const string StyleSheet = "text/css; charset=utf-8";

    /// <param name="level">How much time its compressed forms may take.</param>
    public static Asset Of(string type, byte[] plain, CompressionLevel level) => new(
        type, Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 6)), plain,
        Compress(plain, target => new GZipStream(target, level)), Compress(plain, target => new BrotliStream(target, level)));

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> wrap)
    {
        using var target = new MemoryStream();
        using (var stream = wrap(target))
            stream.Write(plain);
        return target.ToArray();
    }
}

/// <summary>The style sheets and scripts of the pages. They are part of the program, and read and compressed when the first page needs them.</summary>
public static class Assets
{
    private static readonly FrozenDictionary<string, Lazy<Asset>> all = new[] { "pages.css", "dark.css", "classic.css", "pages.js" }
        .ToFrozenDictionary(static name => name, static name => new Lazy<Asset>(() => Read(name)));

    public static IEnumerable<string> Names => all.Keys;

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Asset Find(string name) => all[name].Value;

    private static Asset Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream("Assets." + name) ?? throw new InvalidOperationException($"No asset {name}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Asset.Of(name.EndsWith(".css", StringComparison.Ordinal) ? Asset.StyleSheet : "text/javascript; charset=utf-8", copy.ToArray(), CompressionLevel.SmallestSize);
    }
}
