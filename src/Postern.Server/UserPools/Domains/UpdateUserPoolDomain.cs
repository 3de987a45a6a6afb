using System.Globalization;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Domains;

/// <summary>Changes a custom domain's certificate, or the version of a domain's pages; the name never changes.</summary>
public sealed class UpdateUserPoolDomain(PoolDomains domains, IChanges changes, TimeProvider time) : IOperation<UpdateUserPoolDomainRequest, UpdateUserPoolDomainResponse>
{
    private const int Tries = 3;

    public async ValueTask<UpdateUserPoolDomainResponse> Run(UpdateUserPoolDomainRequest request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var (pool, row) = await domains.Get(request.UserPoolId, request.Domain, caller, stop);
            PoolDomains.CheckVersion(pool, request.ManagedLoginVersion);
            var isCustom = DomainNames.IsCustom(row.Name);
            if (!isCustom && request.CustomDomainConfig is not null)
                throw new InvalidParameterException("CustomDomainConfig can only be set for a custom domain.");
            var before = PoolDomains.Read(row);
            var now = time.GetUtcNow();
            var after = before with
            {
                CustomDomainConfig = request.CustomDomainConfig ?? before.CustomDomainConfig,
                ManagedLoginVersion = request.ManagedLoginVersion ?? before.ManagedLoginVersion,
                Routing = request.Routing ?? before.Routing,
                Version = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
            };
            if ((await changes.Save(new(new PutResource(row with { Settings = PoolDomains.ToJson(after), Modified = now })), stop)).IsSaved)
                return new() { ManagedLoginVersion = after.ManagedLoginVersion, CloudFrontDomain = isCustom ? after.CloudFrontDistribution : null, Routing = after.Routing };
        }
        throw new TooManyRequestsException("Too many changes of this domain at once; try again.");
    }
}
