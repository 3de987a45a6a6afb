using System.Net;
using Postern.UserPools.Domains;

namespace Postern.OAuth;

/// <summary>Where domains are, as clients see it: with the scheme and the port of the public address.</summary>
/// <param name="servesPaths">Whether a domain whose host name nobody could resolve, below an IP address, is told by its path.</param>
public sealed class DomainAddresses(string publicUrl, bool servesPaths)
{
    private readonly Uri publicUrl = new(publicUrl);
    private readonly string trimmed = publicUrl.TrimEnd('/');

    /// <summary>What the paths of a domain begin with.</summary>
    public string Of(string domain)
    {
        if (DomainNames.IsCustom(domain))
            return At(domain);
        return servesPaths && IPAddress.TryParse(publicUrl.Host.Trim('[', ']'), out _) ? $"{trimmed}/_domains/{domain}" : At($"{domain}.auth.{publicUrl.Host}");
    }

    private string At(string host) => publicUrl.IsDefaultPort ? $"{publicUrl.Scheme}://{host}" : $"{publicUrl.Scheme}://{host}:{publicUrl.Port}";
}
