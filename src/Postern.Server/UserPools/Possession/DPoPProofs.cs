using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Contract;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Possession;

/// <summary>What came of a proof.</summary>
/// <param name="Key">The thumbprint of the key that was proved; null where none was.</param>
/// <param name="Problem">What is wrong, for developers, without quotation marks.</param>
/// <param name="WantsNonce">Whether the proof is good but for a nonce.</param>
public sealed record ProofOutcome(string? Key, string? Problem, bool WantsNonce = false);

/// <summary>Checks DPoP proofs (RFC 9449, §4.3): for this request, of now, with this access token, by the key that they hold, and for the first
/// time.</summary>
/// <remarks>That a proof was used is written into the store, as with authorization codes: it is good once on all nodes (docs/decisions/0010).</remarks>
public sealed class DPoPProofs(ProofNonces nonces, IChanges changes, TimeProvider time)
{
    /// <summary>How long ago a proof may have been made.</summary>
    private static readonly TimeSpan longestAge = TimeSpan.FromMinutes(2);

    /// <summary>How far a client's clock may be ahead.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(1);

    /// <summary>Whether a pool takes proofs at all.</summary>
    public static bool AreTaken(UserPool pool) => PoolSwitch.DPoP.IsOnForSome(pool) || PoolSwitch.RequireDPoP.IsOnForSome(pool);

    /// <summary>Whether a client may send proofs. One that must may.</summary>
    public static bool AreTaken(UserPool pool, string clientId) => PoolSwitch.DPoP.IsOn(pool, clientId) || PoolSwitch.RequireDPoP.IsOn(pool, clientId);

    /// <summary>Checks a proof and uses it up.</summary>
    /// <param name="accessToken">The token that it comes with; null where tokens are asked for.</param>
    /// <param name="needsNonce">Whether it must hold a nonce of the server's, which then tells its time.</param>
    public async ValueTask<ProofOutcome> Check(UserPool pool, SentProof sent, string? accessToken, bool needsNonce, CancellationToken stop)
    {
        if (DPoPProof.Read(sent.Text) is not { } proof)
            return Wrong("DPoP must be one JWT of type dpop+jwt, with a public jwk, an algorithm that fits it, jti, htm, htu and iat");
        if (proof.Method != sent.Method)
            return Wrong("The DPoP proof is for another method");
        if (!sent.Addresses.Any(address => IsSame(proof.Address, address)))
            return Wrong("The DPoP proof is for another address");
        if (accessToken is not null && proof.TokenHash != Hash(accessToken))
            return Wrong("The DPoP proof is for another access token");
        var now = time.GetUtcNow();
        DateTimeOffset? end = now + longestAge + skew;
        if (!needsNonce && !IsOfNow(proof.Made, now))
            return Wrong("The DPoP proof was not made now");
        if (!await proof.IsSigned())
            return Wrong("The DPoP proof is not signed by its key");
        if (needsNonce)
            end = proof.Nonce is null ? null : await nonces.GoodUntil(pool, proof.Nonce, stop);
        if (end is null)
            return new(null, "The DPoP proof must hold the nonce of the header DPoP-Nonce", WantsNonce: true);
        return (await changes.Save(new(new UseSession(pool.Number, UseSession.PlaceOf($"dpop proof\n{proof.Key}\n{proof.Id}"), end.Value)), stop)).IsSaved ? new(proof.Key, null) : Wrong("The DPoP proof was used already");
    }

    private static bool IsOfNow(double made, DateTimeOffset now)
    {
        var age = now.ToUnixTimeMilliseconds() / 1000d - made;
        return age <= longestAge.TotalSeconds && age >= -skew.TotalSeconds;
    }

    // RFC 9449, §4.3, 9: without query and fragment, after normalisation (RFC 3986, §6.2.2 and §6.2.3). Paths are matched without case, as
    // requests are.
    private static bool IsSame(string htu, string address) =>
        Uri.TryCreate(htu, UriKind.Absolute, out var named) && Uri.TryCreate(address, UriKind.Absolute, out var called) && named.UserInfo.Length == 0
        && named.Scheme == called.Scheme && named.IdnHost == called.IdnHost && named.Port == called.Port
        && named.AbsolutePath.Equals(called.AbsolutePath, StringComparison.OrdinalIgnoreCase);

    private static string Hash(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    private static ProofOutcome Wrong(string problem) => new(null, problem);
}
