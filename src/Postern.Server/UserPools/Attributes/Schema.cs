using System.Globalization;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Attributes;

/// <summary>The attributes that a pool's users may have, and the rules for their values.</summary>
/// <remarks>Texts: errors sheet, "Attributes". Precedence when several rules break: client's permission, then schema, attribute by
/// attribute in the order given (the sheet knows no measured order).</remarks>
public sealed class Schema(IReadOnlyList<SchemaAttributeType> attributes)
{
    private readonly Dictionary<string, SchemaAttributeType> byName = attributes.ToDictionary(static attribute => attribute.Name!, StringComparer.Ordinal);

    public IReadOnlyList<SchemaAttributeType> Attributes { get; } = attributes;

    public SchemaAttributeType? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The names that a new user must have.</summary>
    public IEnumerable<string> Required => Attributes.Where(static attribute => attribute.Required is true && attribute.Name is not "sub").Select(static attribute => attribute.Name!);

    /// <summary>Checks what a user signs up with.</summary>
    /// <param name="mayWrite">Which attributes the client may write.</param>
    /// <exception cref="NotAuthorizedException">The client may not write one of them.</exception>
    /// <exception cref="InvalidParameterException">One breaks the schema, or a required one is missing.</exception>
    public void CheckSignUp(IReadOnlyList<KeyValuePair<string, string>> given, Func<string, bool> mayWrite)
    {
        foreach (var (name, _) in given)
        {
            RefuseSub(name);
            if (IsVerificationFlag(name) || (Find(name) is { } attribute && (attribute.DeveloperOnlyAttribute is true || !mayWrite(name))))
                throw Unauthorized();
        }
        var problems = Problems(given, "").ToList();
        foreach (var name in Required)
        {
            if (!given.Any(pair => pair.Key == name && pair.Value.Length > 0))
                problems.Add($"{name}: The attribute {name} is required");
        }
        ThrowForSchema(problems);
        CheckFormats(given);
    }

    /// <summary>Checks what an administrator creates a user with: nothing is required of them, and immutable ones may be set.</summary>
    /// <exception cref="InvalidParameterException">One breaks the schema.</exception>
    public void CheckCreation(IReadOnlyList<KeyValuePair<string, string>> given)
    {
        foreach (var (name, _) in given)
            RefuseSub(name);
        ThrowForSchema([.. Problems(given, "")]);
        CheckFormats(given);
    }

    /// <summary>Checks a change. A blank value deletes the attribute.</summary>
    /// <param name="mayWrite">Which attributes the client may write; null for an administrator.</param>
    /// <exception cref="NotAuthorizedException">The client may not write one of them.</exception>
    /// <exception cref="InvalidParameterException">One breaks the schema or can't be changed.</exception>
    public void CheckUpdate(IReadOnlyList<KeyValuePair<string, string>> given, Func<string, bool>? mayWrite)
    {
        foreach (var (name, value) in given)
        {
            RefuseSub(name);
            if (mayWrite is not null && IsVerificationFlag(name))
                throw new InvalidParameterException($"Cannot modify the non-mutable attribute {name}");
            var attribute = Find(name) ?? throw new InvalidParameterException(Unknown(name, "user."));
            if (attribute.Mutable is false)
                throw new InvalidParameterException($"user.{name}: Attribute cannot be updated. (changing an immutable attribute)");
            if (mayWrite is not null && (attribute.DeveloperOnlyAttribute is true || !mayWrite(name)))
                throw Unauthorized();
            if (value.Length == 0 && attribute.Required is true)
                throw new InvalidParameterException($"user.{name}: The attribute {name} is required");
        }
        var present = given.Where(static pair => pair.Value.Length > 0).ToList();
        if (Problems(present, "user.").FirstOrDefault() is { } problem)
            throw new InvalidParameterException(problem);
        CheckFormats(present);
    }

    /// <summary>Checks the names of attributes to be deleted.</summary>
    /// <param name="mayWrite">Which attributes the client may write; null for an administrator.</param>
    /// <exception cref="NotAuthorizedException">The client may not write one of them.</exception>
    /// <exception cref="InvalidParameterException">One does not exist, is required or can't be changed.</exception>
    public void CheckDeletion(IReadOnlyList<string> names, Func<string, bool>? mayWrite) =>
        CheckUpdate([.. names.Select(static name => new KeyValuePair<string, string>(name, ""))], mayWrite);

    /// <exception cref="InvalidParameterException">The text is no e-mail address.</exception>
    public static void CheckEmail(string value)
    {
        if (!IsEmail(value))
            throw new InvalidParameterException("Invalid email address format.");
    }

    /// <exception cref="InvalidParameterException">The text is no E.164 number.</exception>
    public static void CheckPhoneNumber(string value)
    {
        if (!IsPhoneNumber(value))
            throw new InvalidParameterException("Invalid phone number format.");
    }

    /// <summary>One <c>@</c> with something before it and a name with a dot or without after it; no white space or control characters.</summary>
    public static bool IsEmail(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || at != value.LastIndexOf('@') || at == value.Length - 1 || value.Length > 2048)
            return false;
        var domain = value.AsSpan(at + 1);
        if (domain[0] is '.' or '-' || domain[^1] is '.' or '-' || domain.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var character in value)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character) || character is ',' or ';' or '<' or '>' or '(' or ')' or '"')
                return false;
        }
        return true;
    }

    /// <summary>E.164: a plus and up to fifteen digits.</summary>
    public static bool IsPhoneNumber(string value) =>
        value.Length is >= 3 and <= 16 && value[0] == '+' && !value.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether an attribute is for administrators alone: no client reads or writes it.</summary>
    public static bool IsForDevelopers(string name) => name.StartsWith("dev:", StringComparison.Ordinal);

    private static void RefuseSub(string name)
    {
        if (name is "sub")
            throw new InvalidParameterException("Cannot modify the non-mutable attribute sub");
    }

    private static bool IsVerificationFlag(string name) => name is "email_verified" or "phone_number_verified";

    private static NotAuthorizedException Unauthorized() => new("A client attempted to write unauthorized attribute");

    private static string Unknown(string name, string prefix) => name.StartsWith("custom:", StringComparison.Ordinal) || name.StartsWith("dev:", StringComparison.Ordinal)
        ? $"Type for attribute {{{name}}} could not be determined"
        : $"{prefix}{name}: Attribute does not exist in the schema.";

    private static void ThrowForSchema(List<string> problems)
    {
        if (problems.Count > 0)
            throw new InvalidParameterException("Attributes did not conform to the schema: " + string.Join("\n", problems) + "\n");
    }

    private static void CheckFormats(IReadOnlyList<KeyValuePair<string, string>> given)
    {
        foreach (var (name, value) in given)
        {
            if (name is "email")
                CheckEmail(value);
            else if (name is "phone_number")
                CheckPhoneNumber(value);
        }
    }

    private IEnumerable<string> Problems(IReadOnlyList<KeyValuePair<string, string>> given, string prefix)
    {
        foreach (var (name, value) in given)
        {
            if (Find(name) is not { } attribute)
                yield return Unknown(name, prefix);
            else if (Problem(attribute, value) is { } problem)
                yield return $"{prefix}{name}: {problem}";
        }
    }

    private static string? Problem(SchemaAttributeType attribute, string value) => attribute.AttributeDataType switch
    {
        AttributeDataType.String => ProblemOfLength(attribute, value),
        AttributeDataType.Number => ProblemOfNumber(attribute, value),
        AttributeDataType.Boolean => value is "true" or "false" || value.ToUpperInvariant() is "TRUE" or "FALSE" ? null : "Attribute value must be true or false",
        AttributeDataType.DateTime => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _) || long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? null
            : "Attribute value must be a date and time",
        _ => null,
    };

    private static string? ProblemOfLength(SchemaAttributeType attribute, string value)
    {
        var length = new StringInfo(value).LengthInTextElements;
        var constraints = attribute.StringAttributeConstraints;
        if (Bound(constraints?.MaxLength) is { } max && length > max)
            return attribute.Name is "birthdate" ? "Invalid birthdate format" : $"String must be no longer than {constraints!.MaxLength} characters";
        if (Bound(constraints?.MinLength) is { } min && length < min)
            return attribute.Name is "birthdate" ? "Invalid birthdate format" : $"String must be longer than {constraints!.MinLength} characters";
        return null;
    }

    private static string? ProblemOfNumber(SchemaAttributeType attribute, string value)
    {
        if (value.Length == 0)
            return $"Attribute value for {attribute.Name} must not be null";
        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return $"Attribute value for {attribute.Name} must be a number";
        var constraints = attribute.NumberAttributeConstraints;
        if (Bound(constraints?.MaxValue) is { } max && number > max)
            return $"Number must be no greater than {constraints!.MaxValue}";
        if (Bound(constraints?.MinValue) is { } min && number < min)
            return $"Number must be no less than {constraints!.MinValue}";
        return null;
    }

    private static decimal? Bound(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : null;
}
