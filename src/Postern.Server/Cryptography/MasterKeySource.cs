using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>Where the master key comes from: <c>--master-key file:PATH|command:LINE|VALUE</c>, or development's own file.</summary>
public static partial class MasterKeySource
{
    private const string HowToMake = "Give 32 random bytes as base64 or hex, for example of `openssl rand -base64 32`.";
    private const int LongestFile = 4096;
    private static readonly TimeSpan commandLimit = TimeSpan.FromSeconds(30);

    /// <param name="setting"><c>file:PATH</c> (base64, hex or 32 raw bytes), <c>command:LINE</c> (the first line that a shell prints),
    /// or the key itself as base64 or hex.</param>
    /// <param name="what">What a message calls a value.</param>
    /// <exception cref="MasterKeyException">There is no key to be had; the message says why and what to do.</exception>
    public static MasterKey Parse(string setting, string what = "The master key")
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.StartsWith("file:", StringComparison.Ordinal))
            return ReadFile(setting["file:".Length..]);
        if (setting.StartsWith("command:", StringComparison.Ordinal))
            return Decode(RunCommand(setting["command:".Length..]), "The first line that the master key's command printed");
        return Decode(setting, what);
    }

    /// <summary>Reads the key of a file, and makes the file (mode 0600) where there is none. Of several processes that do so at once,
    /// one makes it and all get the same key.</summary>
    public static MasterKey OpenOrCreate(string path)
    {
        if (File.Exists(path))
            return ReadFile(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            WritePrivate(draft, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size)) + "\n");
            Publish(draft, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The master key file {path} can't be made: {e.Message} Choose a folder that can be written, or give --master-key.", e);
        }
        return ReadFile(path);
    }

    /// <summary>Gives the draft its name, whole or not at all, unless another has it by then.</summary>
    private static void Publish(string draft, string path)
    {
        // File.Move looks first and renames then, and so lets two through. Without hard links (some shared folders) it must do.
        if (!OperatingSystem.IsWindows() && (Link(draft, path) == 0 || File.Exists(path)))
        {
            File.Delete(draft);
            return;
        }
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);

    private static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static MasterKey ReadFile(string path)
    {
        byte[] content;
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw new MasterKeyException($"The master key file {path} is too large to be a key. {HowToMake}");
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MasterKeyException($"The master key file {path} can't be read: {e.Message}", e);
        }
        return content.Length == MasterKey.Size
            ? new MasterKey(content)
            : Decode(System.Text.Encoding.UTF8.GetString(content), $"The master key file {path}");
    }

    private static MasterKey Decode(string text, string what)
    {
        text = text.Trim();
        Span<byte> key = stackalloc byte[MasterKey.Size];
        if (text.Length == 2 * MasterKey.Size && Convert.FromHexString(text, key, out _, out var written) is System.Buffers.OperationStatus.Done && written == key.Length)
            return new MasterKey(key);
        if (Convert.TryFromBase64String(text, key, out written) && written == key.Length)
            return new MasterKey(key);
        if (Base64Url.IsValid(text, out var length) && length == key.Length)
        {
            Base64Url.DecodeFromChars(text, key);
            return new MasterKey(key);
        }
        throw new MasterKeyException(text.Length == 0 ? $"{what} is empty. {HowToMake}" : $"{what} is not a key of 32 bytes. {HowToMake}");
    }

    private static string RunCommand(string line)
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/d", "/c", line]) : new ProcessStartInfo("/bin/sh", ["-c", line]);
        start.RedirectStandardOutput = true;
        try
        {
            using var process = Process.Start(start) ?? throw new MasterKeyException("The master key's command did not start.");
            using var timer = new CancellationTokenSource(commandLimit);
            using var kill = timer.Token.Register(() => process.Kill(entireProcessTree: true));
            var first = process.StandardOutput.ReadLine() ?? "";
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (timer.IsCancellationRequested)
                throw new MasterKeyException($"The master key's command did not end within {commandLimit.TotalSeconds:0} seconds: {line}");
            return process.ExitCode == 0
                ? first
                : throw new MasterKeyException($"The master key's command ended with exit code {process.ExitCode}: {line}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new MasterKeyException($"The master key's command can't be run: {e.Message}", e);
        }
    }
}
