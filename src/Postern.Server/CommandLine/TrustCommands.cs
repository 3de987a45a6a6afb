namespace Postern.CommandLine;

/// <summary>How clients are told to trust an authority, on the system that this runs on; docs/domains.md has those of all.</summary>
internal static class TrustCommands
{
    /// <summary>For the system's own store, which most clients read.</summary>
    public static string System(string file) =>
        OperatingSystem.IsMacOS() ? $"security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {Quoted(file)}"
        : OperatingSystem.IsWindows() ? $"certutil -user -addstore Root {Quoted(file)}"
        : Directory.Exists("/etc/pki/ca-trust/source/anchors") ? $"sudo cp {Quoted(file)} /etc/pki/ca-trust/source/anchors/postern.pem && sudo update-ca-trust"
        : $"sudo cp {Quoted(file)} /usr/local/share/ca-certificates/postern.crt && sudo update-ca-certificates";

    /// <summary>Node reads no store of the system.</summary>
    public static string Node(string file) => OperatingSystem.IsWindows() ? $"$env:NODE_EXTRA_CA_CERTS = {Quoted(file)}" : $"export NODE_EXTRA_CA_CERTS={Quoted(file)}";

    /// <summary>Each client with its command.</summary>
    public static IReadOnlyList<(string Client, string Command)> All(string file)
    {
        List<(string, string)> all = [("this system: curl, .NET, Go, and what else reads its store", System(file)), ("Node", Node(file))];
        if (OperatingSystem.IsLinux())
            all.Add(("Chromium and Chrome (certutil is in libnss3-tools or nss-tools)", $"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n postern -i {Quoted(file)}"));
        all.Add(("the AWS CLI and boto3", OperatingSystem.IsWindows() ? $"$env:AWS_CA_BUNDLE = {Quoted(file)}" : $"export AWS_CA_BUNDLE={Quoted(file)}"));
        all.Add(("curl, for one call", $"curl --cacert {Quoted(file)} https://localhost:9230/health"));
        return all;
    }

    private static string Quoted(string file) =>
        file.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '\\' or ':') ? file
        : OperatingSystem.IsWindows() ? $"\"{file}\""
        : $"'{file.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
