using Postern.Contract;
using Postern.Federation;
using Postern.OAuth.Token;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;

namespace Postern.OAuth.Possession;

/// <summary>Proofs of keys at a domain's endpoints (DPoP, RFC 9449), where a pool switches them on: the header <c>DPoP</c> of a request, and what
/// is told who sends none that is good.</summary>
public sealed class KeyProofs(DPoPProofs proofs, ProofNonces nonces, DomainAddresses addresses)
{
    public const string Scheme = "DPoP ";

    private const string Header = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const string Invalid = "invalid_dpop_proof";

    /// <summary>The key that a client proves to hold, where it asks for tokens; null where it sends no proof, and need not.</summary>
    /// <exception cref="OAuthException"><c>invalid_dpop_proof</c>: it is not good, or missing; <c>use_dpop_nonce</c>: the answer has one.</exception>
    public async ValueTask<ProvenKey?> Prove(DomainRequest request, AppClient client)
    {
        if (await ProveIfSent(request, client) is { } thumbprint)
            return new(thumbprint, ClientAuthentication.IsConfidential(client) ? null : thumbprint);
        return PoolSwitch.RequireDPoP.IsOn(request.Pool, client.Id) ? throw new OAuthException(Invalid, "The client must send a DPoP proof") : null;
    }

    /// <summary>The thumbprint of the key that a client proves to hold; null where it sends no proof.</summary>
    /// <inheritdoc cref="Prove"/>
    public async ValueTask<string?> ProveIfSent(DomainRequest request, AppClient client)
    {
        if (!DPoPProofs.AreTaken(request.Pool, client.Id) || request.Context.Request.Headers[Header].Count == 0)
            return null;
        var outcome = await Check(request, client.Id, accessToken: null);
        return outcome.Key ?? throw new OAuthException(Error(outcome), outcome.Problem);
    }

    /// <summary>Checks that an access token may be used as it was sent: a bound one by its scheme and with a proof of its key, any other as a bearer
    /// token (RFC 9449, §7).</summary>
    /// <param name="key">The thumbprint of the key that it is bound to; null where it is to none.</param>
    /// <param name="isByScheme">Whether it was sent by the scheme DPoP.</param>
    /// <exception cref="OAuthException">401, with a challenge in the header.</exception>
    public async ValueTask CheckUse(DomainRequest request, string clientId, string token, string? key, bool isByScheme)
    {
        if (key is null && !isByScheme)
            return;
        if (key is null)
            throw Challenge(request, "invalid_token", "The access token is not bound to a key");
        if (!isByScheme)
            throw Challenge(request, "invalid_token", "The access token is bound to a key: it is sent by the scheme DPoP, with a proof");
        if (request.Context.Request.Headers[Header].Count == 0)
            throw Challenge(request, Invalid, "The access token needs a DPoP proof");
        var outcome = await Check(request, clientId, token);
        if (outcome.Key is null)
            throw Challenge(request, Error(outcome), outcome.Problem!);
        if (outcome.Key != key)
            throw Challenge(request, "invalid_token", "The DPoP proof is by another key than the access token is bound to");
    }

    private async ValueTask<ProofOutcome> Check(DomainRequest request, string clientId, string? accessToken)
    {
        var http = request.Context.Request;
        var sent = new SentProof(http.Headers[Header].ToString(), http.Method, [request.Base + request.Path, addresses.Of(request.Domain.Name) + request.Path]);
        var needsNonce = PoolSwitch.DPoPNonce.IsOn(request.Pool, clientId);
        // A good answer has one as well, so that clients need not be refused for the next.
        if (needsNonce)
            request.Context.Response.Headers[NonceHeader] = nonces.New(request.Pool);
        return await proofs.Check(request.Pool, sent, accessToken, needsNonce, request.Stop);
    }

    private static string Error(ProofOutcome outcome) => outcome.WantsNonce ? "use_dpop_nonce" : Invalid;

    private static OAuthException Challenge(DomainRequest request, string error, string description)
    {
        request.Context.Response.Headers.WWWAuthenticate =
            $"{Scheme}error=\"{error}\", error_description=\"{description}\", algs=\"{string.Join(' ', OutsideTokens.Algorithms)}\"";
        return new(error, description) { Status = StatusCodes.Status401Unauthorized };
    }
}
