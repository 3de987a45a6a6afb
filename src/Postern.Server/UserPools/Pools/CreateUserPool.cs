using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.UserPools.Pools;

/// <summary>Makes a user pool.</summary>
/// <remarks>Its signing keys come at first use: nothing here waits for one. In development a tag may choose the id.</remarks>
public sealed class CreateUserPool(ChosenIds chosenIds, NewPools newPools, IChanges changes, TimeProvider time) : IOperation<CreateUserPoolRequest, CreateUserPoolResponse>
{
    private const int Tries = 3;

    public async ValueTask<CreateUserPoolResponse> Run(CreateUserPoolRequest request, Caller caller, CancellationToken stop)
    {
        var settings = newPools.Switched(RequestedPool.Create(request));
        var chosen = chosenIds.Pool(request.UserPoolTags);
        for (var tried = 0; tried < Tries; tried++)
        {
            var now = time.GetUtcNow();
            var id = chosen ?? $"{caller.Region}_{RandomText.PoolSuffix()}";
            var row = new StoredPool(
                PoolKind.UserPool, RandomText.PoolNumber(), id, caller.Account, caller.Region, request.PoolName,
                settings.ToJson(), now, now, Version: 0);
            if ((await changes.Save(new(new PutPool(row)), stop)).IsSaved)
                return new() { UserPool = new UserPool(row, settings).ToUserPoolType(users: 0) };
            if (chosen is not null)
                throw new InvalidParameterException($"The chosen user pool id '{chosen}' belongs to another user pool.");
        }
        throw new TooManyRequestsException("No free id was found for the user pool; try again.");
    }
}
