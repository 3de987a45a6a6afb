using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Passkeys;

/// <summary>The passkeys of the token's user in pages, oldest first.</summary>
public sealed class ListWebAuthnCredentials(AccessTokens accessTokens, UserPasskeys passkeys, Paging paging)
    : IOperation<ListWebAuthnCredentialsRequest, ListWebAuthnCredentialsResponse>
{
    public async ValueTask<ListWebAuthnCredentialsResponse> Run(ListWebAuthnCredentialsRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        var list = $"{nameof(ListWebAuthnCredentials)} {holder.User.Sub:N}";
        var after = await paging.Position(pool.Number, list, request.NextToken, stop);
        // A page is cut from all of them, who are few; what was deleted meanwhile does not move the rest.
        var all = await passkeys.List(pool, holder.User.Sub, stop);
        var rest = after is null ? all : [.. all.Where(one => string.CompareOrdinal(Position(one.Row), after) > 0)];
        var page = rest.Take(request.MaxResults is > 0 and var most ? most : UserPasskeys.Most).ToList();
        return new()
        {
            Credentials = [.. page.Select(static one => Describe(one.Row, one.Passkey))],
            NextToken = page.Count < rest.Count ? paging.Next(pool.Number, list, Position(page[^1].Row)) : null,
        };
    }

    private static string Position(UserPart row) => $"{row.Created.UtcTicks:D19} {row.Name}";

    private static WebAuthnCredentialDescription Describe(UserPart row, Passkey passkey) => new()
    {
        CredentialId = passkey.Id,
        FriendlyCredentialName = passkey.Name,
        RelyingPartyId = passkey.RelyingPartyId,
        AuthenticatorAttachment = passkey.Attachment,
        AuthenticatorTransports = passkey.Transports,
        CreatedAt = row.Created,
    };
}
