using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Contract;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Token;

/// <summary><c>authorization_code</c>: a code is good once; a second use revokes what the first one gave (RFC 6749, §4.1.2).</summary>
public sealed class CodeGrant(
    AuthorizationCodes codes, IUserStore users, IChanges changes, TokenMaker tokens, TokenSessions sessions, TimeProvider time) : IGrant
{
    public string Type => "authorization_code";

    public async ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, IFormCollection form)
    {
        if ((string?)form["code"] is not { Length: > 0 } text)
            throw new OAuthException("invalid_request");
        var code = await codes.Open(client, text, request.Stop) ?? throw Refused();
        if (form["redirect_uri"] != code.RedirectUri)
            throw new OAuthException("unauthorized_client", "invalid_redirect");
        if (code.Challenge is not null && !IsProved(code.Challenge, form["code_verifier"]))
            throw Refused();

        var pool = client.Pool.Number;
        var view = await users.FindForSignIn(pool, "", code.Sub, new((byte)LimitedAction.Password, code.Sub), request.Stop);
        if (view.User is not { Enabled: true } user || user.SignOuts != code.SignOuts)
            throw Refused();
        var facts = code.Facts with { RefreshExpires = time.GetUtcNow() + client.RefreshTokenLifetime };
        var session = await sessions.Begin(client, user, facts, Caller(request), request.Stop, code.Origin);
        if (!(await changes.Save(new Change(new UseSession(pool, facts.OriginJti, code.Expires)).Add(session), request.Stop)).IsSaved)
        {
            await changes.Save(new(Revocations.Of(pool, facts.OriginJti, facts.RefreshExpires)), request.Stop);
            throw Refused();
        }
        var made = await tokens.Make(client, user, view.Groups, facts, withRefreshToken: true, request.Stop, code.Nonce);
        return new(made.AccessToken!, made.ExpiresIn ?? 0, made.IdToken, made.RefreshToken);
    }

    private static bool IsProved(string challenge, string? verifier)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(verifier ?? ""), hash);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(challenge), Encoding.UTF8.GetBytes(Base64Url.EncodeToString(hash)));
    }

    private static Caller Caller(DomainRequest request) =>
        new("", request.Pool.Region, false, request.Context.Connection.RemoteIpAddress?.ToString(), request.Context.Request.Headers.UserAgent);

    private static OAuthException Refused() => new("invalid_grant");
}
