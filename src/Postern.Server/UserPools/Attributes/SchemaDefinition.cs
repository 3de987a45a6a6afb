using System.Globalization;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Attributes;

/// <summary>Makes a pool's schema: the standard attributes, what its creator changes of them, and custom ones.</summary>
/// <remarks>Operations sheet, "Formats and defaults"; texts: errors sheet, "Schema definition". A custom attribute is mutable unless
/// told otherwise, and a name given as <c>custom:company</c> means <c>company</c> (both unverified against the service).</remarks>
public static class SchemaDefinition
{
    /// <summary>How many custom attributes a pool may have (quotas sheet).</summary>
    public const int MostCustomAttributes = 50;

    private const int LongestValue = 2048;
    internal const string CustomPrefix = "custom:";
    private const string DeveloperPrefix = "dev:";

    /// <summary>The attributes that every pool has, in the order in which answers list them.</summary>
    public static IReadOnlyList<SchemaAttributeType> Standard { get; } =
    [
        Text("sub", "1", "2048") with { Required = true, Mutable = false },
        Text("name"), Text("given_name"), Text("family_name"), Text("middle_name"), Text("nickname"), Text("preferred_username"),
        Text("profile"), Text("picture"), Text("website"), Text("email"),
        Plain("email_verified", AttributeDataType.Boolean),
        Text("gender"), Text("birthdate", "10", "10"), Text("zoneinfo"), Text("locale"), Text("phone_number"),
        Plain("phone_number_verified", AttributeDataType.Boolean),
        Text("address"),
        Plain("updated_at", AttributeDataType.Number) with { NumberAttributeConstraints = new() { MinValue = "0" } },
    ];

    /// <summary>A new pool's schema.</summary>
    /// <param name="given">Changes of standard attributes, and custom ones.</param>
    /// <exception cref="InvalidParameterException">One of them breaks a rule.</exception>
    public static IReadOnlyList<SchemaAttributeType> Create(IReadOnlyList<SchemaAttributeType>? given)
    {
        var schema = Standard.ToList();
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var custom = new List<SchemaAttributeType>();
        foreach (var attribute in given ?? [])
        {
            var at = schema.FindIndex(standard => standard.Name == attribute.Name && !IsVerificationFlag(attribute.Name));
            if (at < 0 || at >= Standard.Count)
            {
                custom.Add(attribute);
                continue;
            }
            if (!changed.Add(attribute.Name!))
                throw Duplicate(attribute.Name!);
            schema[at] = ChangeStandard(schema[at], attribute);
        }
        foreach (var attribute in custom)
            AddCustom(schema, attribute, Duplicate);
        return schema;
    }

    /// <summary>A schema with further custom attributes.</summary>
    /// <exception cref="InvalidParameterException">One of them breaks a rule, or there would be too many.</exception>
    public static IReadOnlyList<SchemaAttributeType> Add(IReadOnlyList<SchemaAttributeType> current, IReadOnlyList<SchemaAttributeType> added)
    {
        var schema = current.ToList();
        foreach (var attribute in added)
            AddCustom(schema, attribute, static name => new($"{name}: Existing attribute already has name {name}."));
        return schema;
    }

    /// <summary>Whether a name is a custom attribute's, as it is stored.</summary>
    public static bool IsCustom(string name) =>
        name.StartsWith(CustomPrefix, StringComparison.Ordinal) || name.StartsWith(DeveloperPrefix, StringComparison.Ordinal);

    private static SchemaAttributeType Text(string name, string min = "0", string max = "2048") =>
        Plain(name, AttributeDataType.String) with { StringAttributeConstraints = new() { MinLength = min, MaxLength = max } };

    private static SchemaAttributeType Plain(string name, string type) =>
        new() { Name = name, AttributeDataType = type, DeveloperOnlyAttribute = false, Mutable = true, Required = false };

    // In a request these two are taken as custom attributes (operations sheet).
    private static bool IsVerificationFlag(string? name) => name is "email_verified" or "phone_number_verified";

    private static InvalidParameterException Duplicate(string name) => new($"Duplicate custom attribute names {name} are not allowed in a user pool schema.");

    private static SchemaAttributeType ChangeStandard(SchemaAttributeType standard, SchemaAttributeType given)
    {
        if (given.DeveloperOnlyAttribute is true || (given.AttributeDataType is { } type && type != standard.AttributeDataType))
            throw new InvalidParameterException($"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {standard.Name}");
        if (standard.Name is "sub")
            return standard;
        return WithConstraints(
            standard with { Required = given.Required ?? standard.Required, Mutable = given.Mutable ?? standard.Mutable },
            new()
            {
                MinLength = given.StringAttributeConstraints?.MinLength ?? standard.StringAttributeConstraints?.MinLength,
                MaxLength = given.StringAttributeConstraints?.MaxLength ?? standard.StringAttributeConstraints?.MaxLength,
            },
            new()
            {
                MinValue = given.NumberAttributeConstraints?.MinValue ?? standard.NumberAttributeConstraints?.MinValue,
                MaxValue = given.NumberAttributeConstraints?.MaxValue ?? standard.NumberAttributeConstraints?.MaxValue,
            });
    }

    private static void AddCustom(List<SchemaAttributeType> schema, SchemaAttributeType given, Func<string, InvalidParameterException> exists)
    {
        if (string.IsNullOrEmpty(given.Name))
            throw new InvalidParameterException("Invalid attribute name, a schema attribute must have a name.");
        if (given.AttributeDataType is not { } type)
            throw new InvalidParameterException("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.");
        if (given.Required is true)
            throw new InvalidParameterException("Required custom attributes are not supported currently.");
        var isDeveloperOnly = given.DeveloperOnlyAttribute is true;
        var name = (isDeveloperOnly ? DeveloperPrefix + CustomPrefix : CustomPrefix) + WithoutPrefix(given.Name);
        if (schema.Exists(attribute => attribute.Name == name))
            throw exists(name);
        if (schema.Count - Standard.Count >= MostCustomAttributes)
            throw new InvalidParameterException($"A user pool can have at most {MostCustomAttributes} custom attributes.");
        schema.Add(WithConstraints(
            Plain(name, type) with { DeveloperOnlyAttribute = isDeveloperOnly, Mutable = given.Mutable ?? true },
            given.StringAttributeConstraints ?? new(), given.NumberAttributeConstraints ?? new()));
    }

    private static string WithoutPrefix(string name)
    {
        foreach (var prefix in new[] { DeveloperPrefix + CustomPrefix, CustomPrefix })
        {
            if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
                return name[prefix.Length..];
        }
        return name;
    }

    private static SchemaAttributeType WithConstraints(SchemaAttributeType attribute, StringAttributeConstraintsType text, NumberAttributeConstraintsType number)
    {
        switch (attribute.AttributeDataType)
        {
            case AttributeDataType.String:
                var (minLength, maxLength) = (Length(attribute, text.MinLength), Length(attribute, text.MaxLength));
                if (minLength > LongestValue || maxLength > LongestValue)
                    throw new InvalidParameterException($"user.{attribute.Name}: String attributes cannot have a length of more than {LongestValue}");
                if (minLength > maxLength)
                    throw new InvalidParameterException($"user.{attribute.Name}: Max length cannot be less than min length.");
                return attribute with { StringAttributeConstraints = text };
            case AttributeDataType.Number:
                if (Value(attribute, number.MinValue) > Value(attribute, number.MaxValue))
                    throw new InvalidParameterException($"user.{attribute.Name}: Max value cannot be less than min value.");
                return attribute with { NumberAttributeConstraints = number };
            default:
                return attribute;
        }
    }

    private static decimal? Length(SchemaAttributeType attribute, string? text) => text is null ? null
        : decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
        : throw new InvalidParameterException($"Invalid StringAttributeConstraints for schema attribute {attribute.Name}");

    private static decimal? Value(SchemaAttributeType attribute, string? text) => text is null ? null
        : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value
        : throw new InvalidParameterException($"Invalid NumberAttributeConstraints for schema attribute {attribute.Name}");
}
