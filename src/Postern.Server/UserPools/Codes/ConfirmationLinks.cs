using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Domains;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Codes;

/// <summary>Where the links of a pool's confirmation mails lead: <c>/confirmUser</c> of its domain, the custom one first.</summary>
/// <remarks>Messages sheet, "Confirmation link".</remarks>
/// <param name="publicUrl">Its scheme and port are those of every domain; prefix domains live below its host.</param>
public sealed class ConfirmationLinks(PoolDomains domains, string publicUrl)
{
    private readonly Uri publicUrl = new(publicUrl);

    /// <summary>The form of the links for a client's users; null where a code is sent instead.</summary>
    /// <param name="contact">The attribute that the message goes to: there are no links by SMS.</param>
    /// <exception cref="InvalidParameterException">The pool confirms with links, and has no domain where they could lead (text unverified
    /// against the service).</exception>
    public async ValueTask<ConfirmationLink?> Find(AppClient client, string contact, CancellationToken stop)
    {
        if (contact is not "email" || !ConfirmsWithLinks(client.Pool))
            return null;
        var domain = await domains.First(client.Pool, stop)
            ?? throw new InvalidParameterException("The user pool confirms sign-ups with links, and has no domain for them.");
        var host = DomainNames.IsCustom(domain) ? domain : $"{domain}.auth.{publicUrl.Host}";
        return new(new UriBuilder(publicUrl.Scheme, host, publicUrl.Port, "/confirmUser").Uri, client.Id);
    }

    /// <summary>Whether sign-ups by e-mail are confirmed with a link instead of a code.</summary>
    public static bool ConfirmsWithLinks(UserPool pool) =>
        pool.Settings.VerificationMessageTemplate?.DefaultEmailOption is DefaultEmailOptionType.CONFIRM_WITH_LINK;
}

/// <summary>A confirmation link without the user and his code.</summary>
public sealed record ConfirmationLink(Uri Page, string ClientId)
{
    /// <param name="username">The stored name.</param>
    public string With(string username, string code) =>
        $"{Page.AbsoluteUri}?client_id={Uri.EscapeDataString(ClientId)}&user_name={Uri.EscapeDataString(username)}&confirmation_code={Uri.EscapeDataString(code)}";
}
