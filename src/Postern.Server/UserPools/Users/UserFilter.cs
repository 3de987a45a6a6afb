using System.Buffers;
using System.Text;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Users;

/// <summary>What ListUsers is asked for: one attribute that equals, or begins with, a value.</summary>
/// <remarks>Operations sheet, ListUsers: <c>name = "value"</c> or <c>name ^= "value"</c>, spaces optional, quotes required; in the value
/// <c>\"</c> is a quote and <c>\\</c> a backslash, and any other backslash stands for itself. Texts: errors sheet, "ListUsers filter".</remarks>
/// <param name="Attribute">One of those that can be searched.</param>
/// <param name="Value">The value without quotes and escapes; not folded.</param>
public readonly record struct UserFilter(string Attribute, string Value, bool IsPrefix)
{
    private static readonly string[] Searchable =
        ["username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "cognito:user_status", "status", "sub"];

    private static readonly SearchValues<char> AfterName = SearchValues.Create(" \t\r\n=^\"");

    /// <summary>Reads a filter; null where it is absent or blank, which asks for all users.</summary>
    /// <exception cref="InvalidParameterException">It is none, or its attribute can't be searched.</exception>
    public static UserFilter? Parse(string? filter)
    {
        var rest = filter.AsSpan().Trim();
        if (rest.IsEmpty)
            return null;
        var nameLength = rest.IndexOfAny(AfterName);
        if (nameLength <= 0)
            throw Malformed();
        var name = rest[..nameLength];
        rest = rest[nameLength..].TrimStart();

        var isPrefix = rest.StartsWith('^');
        if (isPrefix)
            rest = rest[1..];
        if (!rest.StartsWith('='))
            throw Malformed();
        rest = rest[1..].TrimStart();

        if (rest.Length < 2 || rest[0] != '"' || rest[^1] != '"')
            throw Malformed();
        return new(Known(name), Unquote(rest[1..^1]), isPrefix);
    }

    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        if (quoted.IndexOfAny('\\', '"') < 0)
            return quoted.ToString();
        var value = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '"')
                throw Malformed();
            if (quoted[i] == '\\' && i + 1 < quoted.Length && quoted[i + 1] is '"' or '\\')
                i++;
            else if (quoted[i] == '\\' && i + 1 == quoted.Length)
                throw Malformed();
            value.Append(quoted[i]);
        }
        return value.ToString();
    }

    private static string Known(ReadOnlySpan<char> name)
    {
        foreach (var known in Searchable)
        {
            if (name.SequenceEqual(known))
                return known;
        }
        throw new InvalidParameterException($"Invalid search attribute: {name}");
    }

    private static InvalidParameterException Malformed() => new("Error while parsing filter");
}
