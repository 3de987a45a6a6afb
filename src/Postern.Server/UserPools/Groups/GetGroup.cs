using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>One group of the pool.</summary>
public sealed class GetGroup(Pools.Pools pools, IGroupStore groups) : IOperation<GetGroupRequest, GetGroupResponse>
{
    public async ValueTask<GetGroupResponse> Run(GetGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        return new() { Group = (await groups.Get(pool, request.GroupName, stop)).ToWire(pool) };
    }
}
