using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>Gives an app client its style of managed login.</summary>
/// <remarks>Hosted pages sheet, "Branding document" and "Assets". The text on too many styles is unverified against the service.</remarks>
public sealed class CreateManagedLoginBranding(Pools.Pools pools, Brandings brandings, BrandingLog log, IChanges changes, TimeProvider time)
    : IOperation<CreateManagedLoginBrandingRequest, CreateManagedLoginBrandingResponse>, ILargeRequests
{
    /// <summary>How many styles a pool may have (operations sheet).</summary>
    private const int Most = 20;

    // Each of several creations at once makes the others of the pool look again.
    private const int Tries = 10;

    public long LongestRequest => RequestedStyle.LongestRequest;

    public async ValueTask<CreateManagedLoginBrandingResponse> Run(CreateManagedLoginBrandingRequest request, Caller caller, CancellationToken stop)
    {
        RequestedStyle? requested = null;
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(request.UserPoolId, caller, stop);
            var client = await pools.ReadClient(pool, request.ClientId, stop);
            requested ??= RequestedStyle.Of(request.UseCognitoProvidedValues, request.Settings, request.Assets);
            if (await brandings.Find(pool.Number, client.Id, stop) is not null)
                throw new ManagedLoginBrandingExistsException($"A ManagedLoginBranding already exists for client {client.Id}");
            if (await brandings.Count(pool, Most, stop) >= Most)
                throw new LimitExceededException($"A user pool can have at most {Most} managed login branding styles.");

            var now = time.GetUtcNow();
            var row = new StoredResource(pool.Number, ResourceKind.ManagedLoginBranding, client.Id, default, default, now, now, Version: 0);
            var (style, change) = requested.Apply(new(row, Guid.NewGuid().ToString(), UsesProvided: false, Settings: null, []), now);
            // Pool and client are written as they are: styles that are made at once count each other, and none outlives its client.
            change.Add(Brandings.PutId(style)).Add(new PutPool(pool.Row)).Add(new PutResource(client.Row));
            if ((await changes.Save(change, stop)).IsSaved)
            {
                log.Saved(style, pool, requested);
                return new() { ManagedLoginBranding = await brandings.Describe(pool, style, isMerged: false, stop) };
            }
        }
        throw new TooManyRequestsException("Too many changes of this user pool at once; try again.");
    }
}
