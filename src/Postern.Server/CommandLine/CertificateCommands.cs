using Postern.Cryptography.Certificates;

namespace Postern.CommandLine;

/// <summary><c>postern certificates</c>.</summary>
internal static class CertificateCommands
{
    /// <summary>Tells of development's authority, and makes it where there is none.</summary>
    public static async Task<int> Tell(CommandCall call)
    {
        var folder = call.Options.HttpsAuthority ?? DataFolder.Default();
        using var authority = await AuthorityFolder.Open(folder, call.Options.HttpsNames, TimeProvider.System, call.Stop);
        var file = AuthorityFolder.CertificatePath(folder);
        call.Out.WriteLine($"""
            {file}

            It vouches for    {string.Join(", ", ["localhost and names below it", "the loopback addresses", .. authority.Names])}
            It is good until  {authority.Ends.UtcDateTime:yyyy-MM-dd}
            SHA-256           {authority.Fingerprint}

            Trust it, once:
            """);
        foreach (var (client, command) in TrustCommands.All(file))
            call.Out.WriteLine($"\n  # {client}\n  {command}");
        return 0;
    }
}
