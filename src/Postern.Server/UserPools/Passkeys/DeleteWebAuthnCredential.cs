using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passkeys;

/// <summary>Takes a passkey of the token's user away.</summary>
public sealed class DeleteWebAuthnCredential(AccessTokens accessTokens, UserPasskeys passkeys, Users.Users users)
    : IOperation<DeleteWebAuthnCredentialRequest, DeleteWebAuthnCredentialResponse>
{
    public async ValueTask<DeleteWebAuthnCredentialResponse> Run(DeleteWebAuthnCredentialRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        await users.Change(holder.Client.Pool, holder.User, async user =>
        {
            var row = await passkeys.Find(holder.Client.Pool, user.Sub, request.CredentialId, stop)
                ?? throw new ResourceNotFoundException("The credential does not exist.");
            var state = user.Factors();
            var left = Math.Max(0, state.Passkeys - 1);
            return new(user.With(state with { Passkeys = left, HasPasskey = state.HasPasskey && left > 0 }), new DeleteUserPart(row));
        }, stop);
        return new();
    }
}
