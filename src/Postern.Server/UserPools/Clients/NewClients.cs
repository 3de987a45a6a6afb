using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>Makes app clients, whoever asks: an administrator, or an application that registers one.</summary>
/// <param name="most">How many a pool may have, registered ones among them (quotas sheet: 1,000 by default). Those made at the same moment
/// may exceed it by a few.</param>
public sealed class NewClients(IResourceStore resources, IChanges changes, ClientSecrets secrets, TimeProvider time, int most)
{
    private const int Tries = 3;

    /// <summary>Makes a client.</summary>
    /// <param name="settings">Checked by <see cref="RequestedClient"/>.</param>
    /// <param name="secret">Its secret, drawn where it is empty; null for a public client.</param>
    /// <param name="chosen">The id that it is to have; null for a drawn one.</param>
    /// <param name="mustBeChosen">Whether another id will not do where the chosen one is taken.</param>
    /// <param name="keys">Those that it registers; null for none.</param>
    /// <exception cref="LimitExceededException">The pool has as many clients as it may have.</exception>
    /// <exception cref="InvalidParameterException">The chosen id is taken.</exception>
    /// <exception cref="TooManyRequestsException">No free id was found.</exception>
    public async ValueTask<AppClient> Make(
        UserPool pool, UserPoolClientType settings, string? secret, CancellationToken stop, string? chosen = null, bool mustBeChosen = false,
        ClientKeys? keys = null)
    {
        if (await resources.HasAtLeast(pool.Number, ResourceKind.Client, most, stop))
            throw new LimitExceededException($"A user pool can have at most {most} app clients.");
        for (var tried = 0; tried < Tries; tried++)
        {
            var now = time.GetUtcNow();
            var id = chosen ?? RandomText.ClientId();
            IReadOnlyList<ClientSecret> live = secret is null
                ? []
                : [new(ClientSecret.NewId(id, now), secret.Length > 0 ? secret : RandomText.ClientSecret(), now)];
            var row = new StoredResource(
                pool.Number, ResourceKind.Client, id, ClientSettings.ToJson(settings, ssoMinutes: null, keys), secrets.Seal(id, live), now, now, Version: 0);
            if ((await changes.Save(new(new ClaimName(DirectoryKind.Client, id, pool.Number), new PutResource(row)), stop)).IsSaved)
                return new(pool, row, settings, live) { RegisteredKeys = keys };
            if (mustBeChosen)
                throw new InvalidParameterException($"The chosen client id '{chosen}' belongs to another app client.");
            chosen = null;
        }
        throw new TooManyRequestsException("No free id was found for the app client; try again.");
    }
}
