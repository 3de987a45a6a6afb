using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.ResourceServers;

/// <summary>Shows a resource server with its scopes.</summary>
public sealed class DescribeResourceServer(Pools.Pools pools, IResourceStore resources) : IOperation<DescribeResourceServerRequest, DescribeResourceServerResponse>
{
    public async ValueTask<DescribeResourceServerResponse> Run(DescribeResourceServerRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        if (request.Identifier is RegistrationServer.Identifier && RegistrationServer.Of(pool) is { } own)
            return new() { ResourceServer = own };
        return new() { ResourceServer = ResourceServerSettings.Read(await ResourceServerSettings.Get(resources, pool, request.Identifier, stop)) };
    }
}
