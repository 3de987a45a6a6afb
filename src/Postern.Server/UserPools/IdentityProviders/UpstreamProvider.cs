using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>An identity provider of a pool, with its secrets opened.</summary>
/// <param name="Settings">As DescribeIdentityProvider answers it, but without what <paramref name="Secrets"/> holds.</param>
/// <param name="Secrets">The details that are sealed at rest, by name: <c>client_secret</c>, <c>private_key</c>.</param>
public sealed record UpstreamProvider(UserPool Pool, StoredResource Row, IdentityProviderType Settings, IReadOnlyDictionary<string, string> Secrets)
{
    public string Name => Row.Name;

    public string Type => Settings.ProviderType!;

    /// <summary>A detail, secret or not; null where it is not set.</summary>
    public string? Detail(string name) =>
        Secrets.TryGetValue(name, out var secret) ? secret : Settings.ProviderDetails?.GetValueOrDefault(name);

    /// <summary>As the service shows it: a client secret in clear, a private key never.</summary>
    internal IdentityProviderType ToIdentityProviderType()
    {
        var details = new Dictionary<string, string>(Settings.ProviderDetails ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (Secrets.TryGetValue(ProviderDetails.ClientSecret, out var secret))
            details[ProviderDetails.ClientSecret] = secret;
        return Settings with
        {
            UserPoolId = Pool.Id,
            ProviderName = Name,
            ProviderDetails = details,
            IdpIdentifiers = Settings.IdpIdentifiers ?? [],
            CreationDate = Row.Created,
            LastModifiedDate = Row.Modified,
        };
    }
}
