using Microsoft.IdentityModel.JsonWebTokens;
using Postern.Federation;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Token;

/// <summary>Proofs of clients that hold a private key (<c>private_key_jwt</c>: RFC 7523, §3; OpenID Connect Core, §9): a JWT that the client
/// signed for this server, for a short time, good once.</summary>
/// <remarks>The one audience is the issuer, the token endpoint, or the endpoint that is called (RFC 9126, §2). What is signed by a secret
/// (<c>client_secret_jwt</c>), by nothing, or in another way than its key allows, is refused.</remarks>
/// <param name="byAdministrators">Fetches keys from addresses that administrators name.</param>
/// <param name="byAnybody">Fetches keys from addresses that clients were registered with.</param>
public sealed class ClientAssertions(RemoteKeySets byAdministrators, RemoteKeySets byAnybody, Issuer issuer, DomainAddresses addresses, IChanges changes, TimeProvider time)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>In characters.</summary>
    private const int Longest = 8 * 1024;

    private const int LongestId = 512;

    private static readonly TimeSpan longestLife = TimeSpan.FromMinutes(10);

    /// <summary>How far a client's clock may be away.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(1);

    /// <summary>Whom an assertion claims to be of; nothing of it is true yet. Null where it is none.</summary>
    public static string? ClaimedClient(string assertion) => Read(assertion) is { } jwt && jwt.Issuer == jwt.Subject ? jwt.Subject : null;

    /// <summary>Whether an assertion proves a client, now and for the first time.</summary>
    public async ValueTask<bool> IsProof(DomainRequest request, AppClient client, ClientKeys keys, string assertion)
    {
        if (Read(assertion) is not { } jwt || jwt.Issuer != client.Id || jwt.Subject != client.Id || !IsForUs(request, jwt) || !IsNow(jwt)
            || jwt.Id is not { Length: > 0 and <= LongestId } id || !await IsSigned(keys, jwt, request.Stop))
            return false;
        return (await changes.Save(new(new UseSession(client.Pool.Number, UseSession.PlaceOf($"client assertion\n{client.Id}\n{id}"), jwt.ValidTo + skew)), request.Stop)).IsSaved;
    }

    private static JsonWebToken? Read(string assertion) => OutsideTokens.Read(assertion, Longest, static jwt =>
    {
        // Claims of a wrong type show when they are read.
        _ = (jwt.Issuer, jwt.Subject, jwt.Id, jwt.ValidTo, jwt.ValidFrom, jwt.IssuedAt, jwt.Audiences.FirstOrDefault(), jwt.Kid);
        return jwt;
    });

    // One audience: an assertion for several could be used by one of them at another.
    private bool IsForUs(DomainRequest request, JsonWebToken jwt) =>
        jwt.Audiences.Take(2).ToList() is [var audience]
        && (audience == issuer.Of(request.Pool) || new[] { request.Base, addresses.Of(request.Domain.Name) }.Any(
            domain => audience == domain + "/oauth2/token" || audience.Equals(domain + request.Path, StringComparison.OrdinalIgnoreCase)));

    private bool IsNow(JsonWebToken jwt)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // Claims that are absent read as the earliest of all times.
        return jwt.ValidTo > now - skew && jwt.ValidTo <= now + longestLife + skew && jwt.ValidFrom <= now + skew && jwt.IssuedAt <= now + skew;
    }

    private async ValueTask<bool> IsSigned(ClientKeys keys, JsonWebToken jwt, CancellationToken stop)
    {
        var kid = string.IsNullOrEmpty(jwt.Kid) ? null : jwt.Kid;
        KeySet? set;
        if (keys.Document is { } document)
            KeySet.TryRead(document, out set, out _);
        else
            set = await (keys.IsByAdministrator ? byAdministrators : byAnybody).Get(keys.Address!, kid, stop);
        return set is not null && await OutsideTokens.IsSigned(jwt, set.Candidates(kid, jwt.Alg));
    }
}
