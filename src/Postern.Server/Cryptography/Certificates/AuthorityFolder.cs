using System.Text;

namespace Postern.Cryptography.Certificates;

/// <summary>Where development's authority is kept: one a user, whatever database a server has, since trusting one takes a password.</summary>
/// <remarks><c>https-authority.key</c> (mode 0600) holds the certificate with its key and is what counts; <c>https-authority.pem</c> is the
/// certificate alone, for clients, and is written anew wherever it differs.</remarks>
public static class AuthorityFolder
{
    private const string KeyName = "https-authority.key";
    private const string PublicName = "https-authority.pem";
    private const int LongestFile = 64 * 1024;

    /// <summary>An authority that ends sooner than this at a start is made anew.</summary>
    private static readonly TimeSpan least = TimeSpan.FromDays(180);

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>The file that clients trust.</summary>
    public static string CertificatePath(string folder) => Path.Combine(Path.GetFullPath(folder), PublicName);

    /// <summary>Reads the authority, and makes one where there is none, where it ends soon or where it may not vouch for a name; then the new one
    /// may vouch for the names of the old one as well. Of several processes that do so at once, one makes it and all get the same.</summary>
    /// <param name="names">Besides localhost; as <see cref="CertificateName.Normalize"/> gives them.</param>
    /// <exception cref="IOException">The folder or a file can't be made, read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    /// <exception cref="FormatException">The file holds something else; it was not changed.</exception>
    public static async Task<LocalAuthority> Open(string folder, IReadOnlyList<string> names, TimeProvider time, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(Path.GetFullPath(folder), KeyName);
        await using var file = await OpenAlone(path, stop);
        var authority = file.Length == 0 ? null : await Read(file, path, stop);
        var now = time.GetUtcNow();
        if (authority is null || authority.Ends - now < least || !authority.Covers(names))
        {
            using var old = authority;
            authority = LocalAuthority.Create([.. (old?.Names ?? []).Union(names, StringComparer.Ordinal)], now);
            // In place: the lock is on the file itself. What a crash leaves half written is refused at the next start, with what to do.
            file.SetLength(0);
            await file.WriteAsync(Encoding.ASCII.GetBytes(authority.ExportWithKey()), stop);
            file.Flush(flushToDisk: true);
        }
        await Publish(CertificatePath(folder), authority.CertificatePem, stop);
        return authority;
    }

    /// <summary>Opens the file, and keeps other processes from it until it is closed.</summary>
    private static async Task<FileStream> OpenAlone(string path, CancellationToken stop)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(20))
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException other) when (IsHeld(other) && waited < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            }
        }
    }

    // ERROR_SHARING_VIOLATION, or what flock says: EWOULDBLOCK of Linux, of macOS.
    private static bool IsHeld(IOException error) => OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) == 32 : error.HResult is 11 or 35;

    private static async Task<LocalAuthority> Read(FileStream file, string path, CancellationToken stop)
    {
        if (file.Length > LongestFile)
            throw new FormatException($"{path} is too large to be a certificate authority. Move it away, and a new one is made at the next start.");
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content, stop);
        file.Position = 0;
        try
        {
            return LocalAuthority.Read(Encoding.ASCII.GetString(content));
        }
        catch (FormatException malformed)
        {
            throw new FormatException($"{path} can't be used: {malformed.Message} Move it away, and a new one is made at the next start.", malformed);
        }
    }

    private static async Task Publish(string path, string pem, CancellationToken stop)
    {
        if (File.Exists(path) && await File.ReadAllTextAsync(path, stop) == pem)
            return;
        var draft = $"{path}.{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(draft, pem, stop);
        File.Move(draft, path, overwrite: true);
    }
}
