using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Postern.ManagedLogin;

/// <summary>A style sheet or script of the pages, with what its compressed forms are.</summary>
/// <param name="Version">Of its content: part of its address, so that browsers may keep it for good.</param>
public sealed record Asset(string Type, string Version, byte[] Plain, byte[] Gzip, byte[] Brotli);

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
        var plain = copy.ToArray();
        return new(
            name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
            Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 6)), plain,
            Compress(plain, static target => new GZipStream(target, CompressionLevel.SmallestSize)),
            Compress(plain, static target => new BrotliStream(target, CompressionLevel.SmallestSize)));
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> wrap)
    {
        using var target = new MemoryStream();
        using (var stream = wrap(target))
            stream.Write(plain);
        return target.ToArray();
    }
}
