using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Terms;

/// <summary>Deletes a document. Pages show the other one no more either: both must be there.</summary>
public sealed class DeleteTerms(Pools.Pools pools, TermsDocuments documents, IChanges changes) : IOperation<DeleteTermsRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteTermsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var (row, terms) = await documents.Get(pool, request.TermsId, stop);
            if (await documents.FindPointer(pool, terms.TermsId, stop) is { } pointer
                && (await changes.Save(new(new DeleteResource(row), new DeleteResource(pointer)), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new ConcurrentModificationException("Too many changes of these terms at once; try again.");
    }
}
