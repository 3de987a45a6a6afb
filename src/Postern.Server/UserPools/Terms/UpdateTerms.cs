using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Terms;

/// <summary>Changes the members that are given, the links as a whole; a document may become the other one where that is free.</summary>
/// <remarks>Operations sheet, "Domains, branding, terms".</remarks>
public sealed class UpdateTerms(Pools.Pools pools, TermsDocuments documents, IChanges changes, TimeProvider time) : IOperation<UpdateTermsRequest, UpdateTermsResponse>
{
    private const int Tries = 3;

    public async ValueTask<UpdateTermsResponse> Run(UpdateTermsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var (row, before) = await documents.Get(pool, request.TermsId, stop);
            var after = before with
            {
                TermsName = request.TermsName ?? before.TermsName,
                TermsSource = request.TermsSource ?? before.TermsSource,
                Enforcement = request.Enforcement ?? before.Enforcement,
                Links = request.Links is null ? before.Links : TermsLinks.Check(request.Links),
                LastModifiedDate = time.GetUtcNow(),
            };
            if (after.TermsName != before.TermsName && await documents.FindByName(pool.Number, after.ClientId, after.TermsName, stop) is not null)
                throw new TermsExistsException($"Terms {after.TermsName} already exist for client {after.ClientId}.");
            if (await documents.FindPointer(pool, after.TermsId, stop) is { } pointer
                && (await changes.Save(new Change().Add(TermsDocuments.Changing(row, pointer, after)), stop)).IsSaved)
                return new() { Terms = after };
        }
        throw new ConcurrentModificationException("Too many changes of these terms at once; try again.");
    }
}
