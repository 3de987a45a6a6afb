using System.Text.Json;
using Postern.OAuth.Token;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Introspect;

/// <summary><c>/oauth2/introspect</c> (RFC 7662): an API asks whether a token is good now, and what it stands for. Cognito has none; a pool
/// switches it on.</summary>
/// <remarks>Who asks is a confidential client of the pool, and learns of its pool's tokens alone. <c>token_type_hint</c> is passed over: a
/// token's form tells what it is. Not open to scripts: no page of a browser holds a secret.</remarks>
public sealed class IntrospectionEndpoint(OAuthJson json, ClientAuthentication clients, Introspection introspection) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/oauth2/introspect"];

    public bool IsServed(UserPool pool) => PoolSwitch.Introspection.IsOnForSome(pool);

    public Task Serve(DomainRequest request) => json.Post(request, async form =>
    {
        var client = await clients.Authenticate(request, form, refused: 401);
        if (!ClientAuthentication.IsConfidential(client))
            throw new OAuthException("invalid_client", "Only clients that prove themselves may ask about tokens.") { Status = 401 };
        if (!PoolSwitch.Introspection.IsOn(request.Pool, client.Id))
            throw new OAuthException("unauthorized_client");
        if (form["token"] is not { } token)
            throw new OAuthException("invalid_request", "token is required");
        return await introspection.Describe(client, token, request.Stop) ?? Inactive;
    });

    // Why is not told (RFC 7662, §2.2).
    private static void Inactive(Utf8JsonWriter writer) => writer.WriteBoolean("active"u8, false);
}
