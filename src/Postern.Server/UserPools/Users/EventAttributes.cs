using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>A user's attributes as the events of triggers show them: all of them, whatever a client may read, every value as text.</summary>
/// <remarks>Trigger sheet, "The common event".</remarks>
public static class EventAttributes
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(UserPool pool, User user)
    {
        var attributes = new List<KeyValuePair<string, string>>(user.Attributes.Count + 4) { new("sub", user.Sub.ToString()) };
        foreach (var alias in pool.AliasAttributes)
        {
            if (alias is "email" or "phone_number" && user.Attribute(alias) is { } value && user.Attribute(alias + "_verified") is "true")
                attributes.Add(new($"cognito:{alias}_alias", value));
        }
        attributes.Add(new("cognito:user_status", user.Status.ToString()));
        attributes.AddRange(user.Attributes);
        return attributes;
    }
}
