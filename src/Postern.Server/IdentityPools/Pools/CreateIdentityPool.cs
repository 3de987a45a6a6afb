using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.IdentityPools.Pools;

/// <summary>Makes an identity pool.</summary>
public sealed class CreateIdentityPool(IChanges changes, TimeProvider time) : IOperation<CreateIdentityPoolInput, IdentityPool>
{
    private const int Tries = 3;

    public async ValueTask<IdentityPool> Run(CreateIdentityPoolInput request, Caller caller, CancellationToken stop)
    {
        var settings = RequestedPool.Of(new()
        {
            IdentityPoolName = request.IdentityPoolName,
            AllowUnauthenticatedIdentities = request.AllowUnauthenticatedIdentities,
            AllowClassicFlow = request.AllowClassicFlow,
            SupportedLoginProviders = request.SupportedLoginProviders,
            DeveloperProviderName = request.DeveloperProviderName,
            OpenIdConnectProviderARNs = request.OpenIdConnectProviderARNs,
            CognitoIdentityProviders = request.CognitoIdentityProviders,
            SamlProviderARNs = request.SamlProviderARNs,
            IdentityPoolTags = request.IdentityPoolTags,
        });
        for (var tried = 0; tried < Tries; tried++)
        {
            var now = time.GetUtcNow();
            settings = settings with { IdentityPoolId = $"{caller.Region}:{Guid.NewGuid()}" };
            var row = new StoredPool(
                PoolKind.IdentityPool, RandomText.PoolNumber(), settings.IdentityPoolId, caller.Account, caller.Region, settings.IdentityPoolName,
                ConfiguredPool.ToJson(settings), now, now, Version: 0);
            if ((await changes.Save(new(new PutPool(row)), stop)).IsSaved)
                return settings;
        }
        throw new TooManyRequestsException("No free id was found for the identity pool; try again.");
    }
}
