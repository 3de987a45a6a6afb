using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Terms;

/// <summary>Gives an app client the links to its terms of use or its privacy policy.</summary>
/// <remarks>Operations sheet, "Domains, branding, terms". The texts are unverified against the service.</remarks>
public sealed class CreateTerms(Pools.Pools pools, TermsDocuments documents, IChanges changes, TimeProvider time) : IOperation<CreateTermsRequest, CreateTermsResponse>
{
    // Each of several creations at once makes the others of the pool look again.
    private const int Tries = 10;

    public async ValueTask<CreateTermsResponse> Run(CreateTermsRequest request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(request.UserPoolId, caller, stop);
            var client = await pools.ReadClient(pool, request.ClientId, stop);
            var links = TermsLinks.Check(request.Links);
            if (await documents.FindByName(pool.Number, client.Id, request.TermsName, stop) is not null)
                throw new TermsExistsException($"Terms {request.TermsName} already exist for client {client.Id}.");
            if ((await documents.List(pool, null, TermsDocuments.Most, stop)).Items.Count >= TermsDocuments.Most)
                throw new LimitExceededException($"A user pool can have at most {TermsDocuments.Most} terms documents.");

            var now = time.GetUtcNow();
            var terms = new TermsType
            {
                TermsId = Guid.NewGuid().ToString(),
                UserPoolId = pool.Id,
                ClientId = client.Id,
                TermsName = request.TermsName,
                TermsSource = request.TermsSource,
                Enforcement = request.Enforcement,
                Links = links,
                CreationDate = now,
                LastModifiedDate = now,
            };
            // Pool and client are written as they are: documents that are made at once count each other, and none outlives its client.
            var change = new Change(new PutPool(pool.Row), new PutResource(client.Row)).Add(TermsDocuments.Creation(pool, terms, now));
            if ((await changes.Save(change, stop)).IsSaved)
                return new() { Terms = terms };
        }
        throw new TooManyRequestsException("Too many changes of this user pool at once; try again.");
    }
}
