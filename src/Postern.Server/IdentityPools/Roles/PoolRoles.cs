using System.Buffers;
using System.Text.Json;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;
using Postern.Storage;

namespace Postern.IdentityPools.Roles;

/// <summary>The roles that an identity pool gives, and the rules by which it chooses one: kept beside the pool, as GetIdentityPoolRoles answers them.</summary>
public static class PoolRoles
{
    private const string Name = "roles";
    private const int MostRules = 25;

    /// <summary>What the pool gives; without roles where none were ever set.</summary>
    public static async ValueTask<GetIdentityPoolRolesResponse> Find(IResourceStore resources, ConfiguredPool pool, CancellationToken stop) =>
        await FindRow(resources, pool, stop) is { } row ? Read(row) : new() { IdentityPoolId = pool.Id };

    internal static ValueTask<StoredResource?> FindRow(IResourceStore resources, ConfiguredPool pool, CancellationToken stop) =>
        resources.Find(pool.Row.Number, ResourceKind.IdentityPoolRoles, Name, stop);

    internal static StoredResource Row(ConfiguredPool pool, StoredResource? before, GetIdentityPoolRolesResponse roles, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            roles.Write(writer);
        var settings = buffer.WrittenSpan.ToArray();
        return before is null
            ? new(pool.Row.Number, ResourceKind.IdentityPoolRoles, Name, settings, default, now, now, Version: 0)
            : before with { Settings = settings, Modified = now };
    }

    /// <summary>Checks what SetIdentityPoolRoles asks for.</summary>
    /// <remarks>Identity pools sheet, "Operations"; the texts for a mapping without a resolution, without rules, and with rules it does not use
    /// are unverified against the service. Roles are checked for their form alone.</remarks>
    /// <exception cref="NotAuthorizedException">A role is no IAM role's ARN.</exception>
    /// <exception cref="InvalidParameterException">A mapping breaks a rule, or is for a provider that the pool does not have.</exception>
    internal static void Check(ConfiguredPool pool, IReadOnlyDictionary<string, string> roles, IReadOnlyDictionary<string, RoleMapping>? mappings)
    {
        foreach (var role in roles.Values)
            CheckRole(role);
        foreach (var (provider, mapping) in mappings ?? new Dictionary<string, RoleMapping>())
        {
            if (!IsConfigured(pool.Settings, provider))
                throw new InvalidParameterException($"({provider}) is not a valid RoleMapping ProviderName or is not a configured provider.");
            if (mapping.AmbiguousRoleResolution is null)
                throw new InvalidParameterException($"AmbiguousRoleResolution is required in the role mapping of {provider}.");
            var rules = mapping.RulesConfiguration?.Rules ?? [];
            if (mapping.Type is RoleMappingType.Rules && rules.Count == 0)
                throw new InvalidParameterException($"RulesConfiguration is required in the role mapping of {provider}, whose type is Rules.");
            if (mapping.Type is RoleMappingType.Token && mapping.RulesConfiguration is not null)
                throw new InvalidParameterException($"RulesConfiguration can not be used in the role mapping of {provider}, whose type is Token.");
            if (rules.Count > MostRules)
                throw new InvalidParameterException($"The number of rules in the request exceeded {MostRules}.");
            foreach (var rule in rules)
                CheckRole(rule.RoleARN);
        }
    }

    private static bool IsConfigured(IdentityPool pool, string provider) =>
        pool.CognitoIdentityProviders?.Any(known => $"{known.ProviderName}:{known.ClientId}" == provider) is true
        || pool.SupportedLoginProviders?.ContainsKey(provider) is true
        || pool.OpenIdConnectProviderARNs?.Contains(provider) is true
        || pool.SamlProviderARNs?.Contains(provider) is true;

    private static void CheckRole(string role)
    {
        var isRole = role.Split(':') is ["arn", _, "iam", "", { Length: 12 } account, var resource]
            && account.All(char.IsAsciiDigit) && resource.StartsWith("role/", StringComparison.Ordinal) && resource.Length > "role/".Length;
        if (!isRole)
            throw new NotAuthorizedException($"Access to Role '{role}' is forbidden.");
    }

    private static GetIdentityPoolRolesResponse Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return GetIdentityPoolRolesResponse.Read(ref reader);
    }
}
