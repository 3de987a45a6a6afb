using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Attributes;

/// <summary>Between the contract's attribute lists and a user's attributes.</summary>
public static class AttributeLists
{
    /// <summary>Names with values; of a name given twice the last counts, and a missing value is blank.</summary>
    public static List<KeyValuePair<string, string>> ToPairs(this IReadOnlyList<AttributeType>? given)
    {
        var pairs = new List<KeyValuePair<string, string>>(given?.Count ?? 0);
        foreach (var attribute in given ?? [])
            pairs.Set(attribute.Name, attribute.Value ?? "");
        return pairs;
    }

    /// <summary>Sets a value in place, or adds it.</summary>
    public static void Set(this List<KeyValuePair<string, string>> pairs, string name, string value)
    {
        var at = pairs.FindIndex(pair => pair.Key == name);
        if (at < 0)
            pairs.Add(new(name, value));
        else
            pairs[at] = new(name, value);
    }

    /// <summary>The user's attributes as answers show them: <c>sub</c> first.</summary>
    /// <param name="include">Which to show; null for all.</param>
    public static IReadOnlyList<AttributeType> ToWire(this User user, Func<string, bool>? include = null)
    {
        var list = new List<AttributeType>(user.Attributes.Count + 1);
        if (include is null || include("sub"))
            list.Add(new() { Name = "sub", Value = user.Sub.ToString() });
        foreach (var (name, value) in user.Attributes)
        {
            if (include is null || include(name))
                list.Add(new() { Name = name, Value = value });
        }
        return list;
    }

    /// <summary>The user with values set (a blank one deletes). A changed e-mail or phone number is no longer verified, unless the same
    /// change says so; a deleted one takes its flag along.</summary>
    public static User WithAttributes(this User user, IReadOnlyList<KeyValuePair<string, string>> changes)
    {
        var attributes = user.Attributes.ToList();
        foreach (var (name, value) in changes)
        {
            if (value.Length == 0)
                attributes.RemoveAll(pair => pair.Key == name);
            else
                attributes.Set(name, value);
        }
        foreach (var contact in new[] { "email", "phone_number" })
        {
            var flag = contact + "_verified";
            var now = attributes.Find(pair => pair.Key == contact).Value;
            if (now is null)
                attributes.RemoveAll(pair => pair.Key == flag);
            else if (now != user.Attribute(contact) && !changes.Any(pair => pair.Key == flag) && (user.Version > 0 || attributes.Exists(pair => pair.Key == flag)))
                attributes.Set(flag, "false");
        }
        return user with { Attributes = attributes };
    }

    /// <summary>Whether an e-mail or phone number is there and verified.</summary>
    public static bool HasVerified(this User user, string contact) =>
        user.Attribute(contact) is not null && string.Equals(user.Attribute(contact + "_verified"), "true", StringComparison.OrdinalIgnoreCase);
}
