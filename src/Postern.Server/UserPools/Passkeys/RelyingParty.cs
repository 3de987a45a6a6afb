using System.Security.Cryptography;
using System.Text;

namespace Postern.UserPools.Passkeys;

/// <summary>For whom a pool's passkeys are made: a domain.</summary>
/// <param name="AllowsLocalHttp">Whether pages without TLS on this machine may use them, too: <c>localhost</c> and names below it, on any port.</param>
public sealed record RelyingParty(string Id, bool AllowsLocalHttp)
{
    internal byte[] Hash { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Id));

    /// <summary>Whether a page of an origin may use the passkeys: https of the domain or of one below it, on any port.</summary>
    /// <remarks>User pools sheet, "Passkeys". A browser holds to the same rule; programs need not.</remarks>
    public bool Allows(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin || uri.UserInfo.Length > 0)
            return false;
        if (!IsAtOrBelow(uri.Host, Id))
            return false;
        return uri.Scheme == Uri.UriSchemeHttps || (AllowsLocalHttp && uri.Scheme == Uri.UriSchemeHttp && IsAtOrBelow(uri.Host, "localhost"));
    }

    private static bool IsAtOrBelow(string host, string domain) =>
        host == domain || (host.Length > domain.Length && host.EndsWith(domain, StringComparison.Ordinal) && host[^(domain.Length + 1)] == '.');
}
