using System.Text.Json;
using Postern.OAuth.Possession;

namespace Postern.OAuth.Token;

/// <summary><c>/oauth2/token</c>: tokens for a code, a refresh token, or a client's own secret.</summary>
/// <remarks>OAuth sheet, "/oauth2/token". Open to scripts of any origin.</remarks>
public sealed class TokenEndpoint(OAuthJson json, ClientAuthentication clients, KeyProofs proofs, IReadOnlyList<IGrant> grants) : IDomainEndpoint
{
    private readonly Dictionary<string, IGrant> grants = grants.ToDictionary(static grant => grant.Type, StringComparer.Ordinal);

    public IReadOnlyList<string> Paths { get; } = ["/oauth2/token"];

    public bool IsOpenToScripts => true;

    public Task Serve(DomainRequest request) => json.Post(request, async form =>
    {
        var client = await clients.Authenticate(request, form);
        if (form["grant_type"] is not { } type)
            throw new OAuthException("invalid_request");
        if (!grants.TryGetValue(type, out var grant) || !grant.IsServed(request.Pool))
            throw new OAuthException("unsupported_grant_type");
        var answer = await grant.Give(request, client, form, await proofs.Prove(request, client));
        return writer => Write(writer, answer);
    });

    private static void Write(Utf8JsonWriter writer, TokenAnswer answer)
    {
        if (answer.IdToken is not null)
            writer.WriteString("id_token"u8, answer.IdToken);
        writer.WriteString("access_token"u8, answer.AccessToken);
        if (answer.RefreshToken is not null)
            writer.WriteString("refresh_token"u8, answer.RefreshToken);
        writer.WriteNumber("expires_in"u8, answer.ExpiresIn);
        writer.WriteString("token_type"u8, answer.TokenType);
    }
}
