using System.Globalization;
using System.Security.Cryptography;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Domains;

/// <summary>Gives a pool a domain for its pages and OAuth endpoints, which serves at once.</summary>
/// <remarks>Operations sheet, "Domains". The certificate of a custom domain is kept and not looked up.</remarks>
public sealed class CreateUserPoolDomain(Pools.Pools pools, IResourceStore resources, IChanges changes, TimeProvider time)
    : IOperation<CreateUserPoolDomainRequest, CreateUserPoolDomainResponse>
{
    private const int Tries = 3;

    public async ValueTask<CreateUserPoolDomainResponse> Run(CreateUserPoolDomainRequest request, Caller caller, CancellationToken stop)
    {
        var isCustom = request.CustomDomainConfig is not null;
        var domain = isCustom ? request.Domain.ToLowerInvariant() : request.Domain;
        if (isCustom)
            DomainNames.CheckHost(domain);
        else
            DomainNames.CheckPrefix(domain);
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(request.UserPoolId, caller, stop);
            PoolDomains.CheckVersion(pool, request.ManagedLoginVersion);
            if ((await resources.List(pool.Number, ResourceKind.Domain, null, 10, stop)).Items.Any(other => DomainNames.IsCustom(other.Name) == isCustom))
                throw new InvalidParameterException("User pool already has a domain configured.");

            var now = time.GetUtcNow();
            var settings = Describe(pool, domain, request, now);
            var row = new StoredResource(pool.Number, ResourceKind.Domain, domain, PoolDomains.ToJson(settings), default, now, now, Version: 0);
            // The pool's row is written as it is: of two domains at once, or a domain and the pool's deletion, one has to look again.
            var saved = await changes.Save(new(new PutPool(pool.Row), new ClaimName(DirectoryKind.Domain, domain, pool.Number), new PutResource(row)), stop);
            if (saved.IsSaved)
            {
                return new()
                {
                    ManagedLoginVersion = request.ManagedLoginVersion,
                    CloudFrontDomain = isCustom ? settings.CloudFrontDistribution : null,
                    Routing = request.Routing,
                };
            }
            if (saved.Refused is ClaimName)
                throw new InvalidParameterException("Domain already associated with another user pool.");
        }
        throw new TooManyRequestsException("Too many changes of this user pool at once; try again.");
    }

    // The bucket and the distribution are of the service's own machinery: only their forms are kept.
    private static DomainDescriptionType Describe(UserPool pool, string domain, CreateUserPoolDomainRequest request, DateTimeOffset now) => new()
    {
        UserPoolId = pool.Id,
        AWSAccountId = pool.Row.Account,
        Domain = domain,
        S3Bucket = $"aws-cognito-prod-{pool.Region}-assets",
        CloudFrontDistribution = $"d{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 13)}.cloudfront.net",
        Version = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        Status = DomainStatusType.ACTIVE,
        CustomDomainConfig = request.CustomDomainConfig ?? new(),
        ManagedLoginVersion = request.ManagedLoginVersion ?? 1,
        Routing = request.Routing,
    };
}
