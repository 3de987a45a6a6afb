using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Contract.UserPools;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Clients;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Token;

/// <summary><c>authorization_code</c>: a code is good once; a second use revokes what the first one gave (RFC 6749, §4.1.2).</summary>
/// <remarks>The tokens are signed first, then the code is used up, then the answer goes out. Of two exchanges at once the store lets one win.
/// Where signing fails the code stays good; where the node ends after the code was used up, the tokens were given to nobody, and a retry is refused
/// as a second use: somebody signs in again.</remarks>
public sealed class CodeGrant(
    AuthorizationCodes codes, LogoutParties parties, GivenOnce given, IChanges changes, TimeProvider time) : IGrant
{
    public string Type => "authorization_code";

    public async ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form, ProvenKey? key)
    {
        if (form["code"] is not { } text || form["redirect_uri"] is not { } redirectUri)
            throw new OAuthException("invalid_request");
        if (!client.AllowsFlow(OAuthFlowType.code))
            throw new OAuthException("unauthorized_client");
        var code = await codes.Open(client, text, request.Stop) ?? throw Refused();
        if (redirectUri != code.RedirectUri)
            throw new OAuthException("unauthorized_client", "invalid_redirect");
        if (code.Challenge is not null && !IsProved(code.Challenge, form["code_verifier"]))
            throw Refused();
        if (code.Key is not null && code.Key != key?.Thumbprint)
            throw new OAuthException("invalid_grant", "The code is bound to a key: a DPoP proof of it is required");
        if (!await parties.IsIn(client, code.Sub, code.Facts.Grant!.Sid, request.Stop))
            throw Refused();

        var pool = client.Pool.Number;
        var facts = code.Facts with { RefreshExpires = time.GetUtcNow() + client.RefreshTokenLifetime };
        var use = new UseSession(pool, facts.OriginJti, code.Expires);
        if (await given.Give(request, client, code.Sub, code.SignOuts, facts, key, use, code.Origin, code.Nonce) is { } answer)
            return answer;
        await changes.Save(new(Revocations.Of(pool, facts.OriginJti, facts.RefreshExpires)), request.Stop);
        throw Refused();
    }

    // Its length is not checked: Cognito's own guide makes one of 36 characters.
    private static bool IsProved(string challenge, string? verifier)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(verifier ?? ""), hash);
        return verifier is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(challenge), Encoding.UTF8.GetBytes(Base64Url.EncodeToString(hash)));
    }

    private static OAuthException Refused() => new("invalid_grant");
}
