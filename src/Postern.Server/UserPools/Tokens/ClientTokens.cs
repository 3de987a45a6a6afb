using Postern.UserPools.Clients;
using Postern.UserPools.ResourceServers;

namespace Postern.UserPools.Tokens;

/// <summary>What a client asks for itself, checked against its settings.</summary>
/// <param name="Scopes">Some of the client's own.</param>
/// <param name="Metadata">For the function of token generation (<c>clientMetadata</c> of its event); null where none was given.</param>
public sealed record ClientTokenRequest(AppClient Client, IReadOnlyList<string> Scopes, IReadOnlyDictionary<string, string>? Metadata)
{
    /// <summary>The request; null where a scope is not the client's.</summary>
    /// <param name="asked">Null or empty: all scopes of the client.</param>
    public static ClientTokenRequest? Of(AppClient client, IReadOnlyList<string>? asked, IReadOnlyDictionary<string, string>? metadata)
    {
        var allowed = client.Settings.AllowedOAuthScopes ?? [];
        if (asked is not { Count: > 0 })
            return new(client, allowed, metadata);
        return asked.All(allowed.Contains) ? new(client, [.. asked.Distinct(StringComparer.Ordinal)], metadata) : null;
    }
}

/// <summary>Tokens of clients for themselves, for the token endpoint and for GetClientToken.</summary>
public sealed class ClientTokens(ActiveScopes scopes, TokenMaker tokens)
{
    /// <summary>An access token with those of the scopes that count.</summary>
    /// <param name="key">The thumbprint of the key that the token is bound to; null where anybody may use it.</param>
    /// <exception cref="Contract.UserPools.TooManyRequestsException">Too many sign-ins wait already.</exception>
    public async ValueTask<string> Make(ClientTokenRequest request, CancellationToken stop, string? key = null) =>
        await tokens.MakeForClient(request.Client, await scopes.Of(request.Client.Pool, string.Join(' ', request.Scopes), stop), stop, key);
}
