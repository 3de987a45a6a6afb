using Postern.Contract;
using Postern.Contract.SecurityTokens;

namespace Postern.SecurityTokens;

/// <summary>Tells who calls; needs no permission.</summary>
/// <remarks>A caller who is known by the account alone is its root.</remarks>
public sealed class GetCallerIdentity : IOperation<GetCallerIdentityRequest, GetCallerIdentityResponse>
{
    public ValueTask<GetCallerIdentityResponse> Run(GetCallerIdentityRequest request, Caller caller, CancellationToken stop) => new(new GetCallerIdentityResponse
    {
        UserId = caller.Account,
        Account = caller.Account,
        Arn = $"arn:aws:iam::{caller.Account}:root",
    });
}
