using Postern.OAuth.Authorize;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Discovery;

/// <summary>Discovery at a domain: there is none, and the answer is a page, unless the pool switches it on.</summary>
/// <remarks>OAuth sheet, "Hosts and paths": 400 with HTML, measured. Its text is ours.</remarks>
public sealed class DomainDiscovery(IssuerDocuments documents, ISignInPages pages) : IDomainEndpoint
{
    private const string WellKnown = "/.well-known/";

    public IReadOnlyList<string> Paths { get; } = [WellKnown + IssuerDocuments.Configuration, WellKnown + IssuerDocuments.Metadata];

    public bool IsOpenToScripts => true;

    public Task Serve(DomainRequest request) => PoolSwitch.OAuthMetadata.IsOn(request.Pool)
        ? documents.Serve(request.Context, request.Pool.Id, request.Path[WellKnown.Length..])
        : pages.ShowFault(request, "Discovery is served under the issuer, not at the domain.", StatusCodes.Status400BadRequest);
}
