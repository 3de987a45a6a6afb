using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Branding;
using Postern.UserPools.Terms;

namespace Postern.UserPools.Clients;

/// <summary>Deletes an app client; its tokens are of no use any more. What its pages were given goes with it.</summary>
public sealed class DeleteUserPoolClient(Pools.Pools pools, UICustomizations customizations, Brandings brandings, TermsDocuments terms, IChanges changes) : IOperation<DeleteUserPoolClientRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteUserPoolClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var client = await pools.ReadClient(pool, request.ClientId, stop);
            var change = new Change(new DeleteResource(client.Row), new ReleaseName(DirectoryKind.Client, client.Id, pool.Number))
                .Add(await customizations.Removal(pool.Number, client.Id, stop))
                .Add(await brandings.Removal(pool.Number, client.Id, stop))
                .Add(await terms.Removal(pool, client.Id, stop));
            if ((await changes.Save(change, stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new TooManyRequestsException("Too many changes of this app client at once; try again.");
    }
}
