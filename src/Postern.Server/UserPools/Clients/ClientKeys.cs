using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>Where a client's public keys are, by which it proves itself at the domain's endpoints (<c>private_key_jwt</c>): one of the two.</summary>
/// <remarks>Cognito's clients have no field for them. Of a client that an application registered its own settings hold them; of any other a tag of
/// the pool names the address: <c>postern:client-keys:{client id}</c> (docs/decisions/0009).</remarks>
/// <param name="Address">A <c>jwks_uri</c>.</param>
/// <param name="Document">A JWKS itself, as JSON; checked when it was registered.</param>
/// <param name="IsByAdministrator">Whether an administrator named the address: it may lead into the operator's own networks.</param>
public sealed record ClientKeys(string? Address, string? Document, bool IsByAdministrator = false)
{
    public const string TagPrefix = PoolSwitch.Prefix + "client-keys:";

    private const int LongestAddress = 256;

    /// <summary>Of a client; null where it has none, or the pool did not switch <c>private_key_jwt</c> on for it.</summary>
    public static ClientKeys? Of(AppClient client)
    {
        if (!PoolSwitch.PrivateKeyJwt.IsOn(client.Pool, client.Id))
            return null;
        return client.Pool.Settings.UserPoolTags is { } tags && tags.TryGetValue(TagPrefix + client.Id, out var address)
            ? new(address, null, IsByAdministrator: true)
            : client.RegisteredKeys;
    }

    /// <summary>What is wrong with a tag's value; null where nothing is.</summary>
    public static string? Problem(string value) =>
        IsAddress(value) && value.Length <= LongestAddress ? null : $"is the address of a JSON Web Key Set by https, of at most {LongestAddress} characters.";

    /// <summary>Whether a text is an address at all. Which ones are called is another question: in production none by http.</summary>
    public static bool IsAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Host.Length > 0 && uri.UserInfo.Length == 0;
}
