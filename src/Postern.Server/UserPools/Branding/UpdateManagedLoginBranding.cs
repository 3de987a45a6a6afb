using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>Changes parts of a style: settings merge, an image takes the place of the one of its category, mode and resource, and what is not sent
/// stays. The provided style, asked for, takes everything away that was set.</summary>
/// <remarks>Operations sheet, "Domains, branding, terms". That the provided style drops images, too, is unverified against the service.</remarks>
public sealed class UpdateManagedLoginBranding(Pools.Pools pools, Brandings brandings, BrandingLog log, IChanges changes, TimeProvider time)
    : IOperation<UpdateManagedLoginBrandingRequest, UpdateManagedLoginBrandingResponse>, ILargeRequests
{
    private const int Tries = 3;

    public long LongestRequest => RequestedStyle.LongestRequest;

    public async ValueTask<UpdateManagedLoginBrandingResponse> Run(UpdateManagedLoginBrandingRequest request, Caller caller, CancellationToken stop)
    {
        // The model requires neither; without them there is nothing to change.
        var poolId = request.UserPoolId ?? throw Missing("userPoolId");
        var id = request.ManagedLoginBrandingId ?? throw Missing("managedLoginBrandingId");
        RequestedStyle? requested = null;
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(poolId, caller, stop);
            var before = await brandings.Get(pool, id, stop);
            requested ??= RequestedStyle.Of(request.UseCognitoProvidedValues, request.Settings, request.Assets);
            var (after, change) = requested.Apply(before, time.GetUtcNow());
            if ((await changes.Save(change, stop)).IsSaved)
            {
                log.Saved(after, pool, requested);
                return new() { ManagedLoginBranding = await brandings.Describe(pool, after, isMerged: false, stop) };
            }
        }
        throw new ConcurrentModificationException("Too many changes of this style at once; try again.");
    }

    private static InvalidParameterException Missing(string member) =>
        new($"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null");
}
