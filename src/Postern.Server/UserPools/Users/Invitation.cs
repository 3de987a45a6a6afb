using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>The message that tells a new user the name and the temporary password.</summary>
/// <remarks>Messages sheet, "Every message" and "Templates and placeholders": a medium whose address is missing is passed over, and so is one
/// whose template has no place for the password.</remarks>
/// <param name="Destinations">Medium and address of each message.</param>
public sealed record Invitation(IReadOnlyList<(string Medium, string Address)> Destinations)
{
    /// <summary>Nobody is told.</summary>
    public static Invitation None { get; } = new([]);

    /// <param name="media">The media asked for; SMS where none are.</param>
    /// <param name="withPassword">Whether there is a temporary password to tell.</param>
    public static Invitation To(UserPool pool, User user, IReadOnlyList<string>? media, bool withPassword)
    {
        var destinations = new List<(string, string)>(2);
        foreach (var medium in media is { Count: > 0 } ? media.Distinct() : [DeliveryMediumType.SMS])
        {
            var address = user.Attribute(medium is DeliveryMediumType.SMS ? "phone_number" : "email");
            if (address is not null && MessageTexts.CanInvite(pool.Settings, medium, withPassword))
                destinations.Add((medium, address));
        }
        return destinations.Count == 0 ? None : new(destinations);
    }

    /// <summary>The writes that send it.</summary>
    /// <param name="password">The temporary password; null for a user without one.</param>
    public IEnumerable<Write> Writes(UserPool pool, User user, string? password, CodeDelivery delivery, DateTimeOffset now)
    {
        foreach (var (medium, address) in Destinations)
        {
            // Nobody signs in with a UUID: what the service shows here is unverified.
            var shown = pool.UsernameAttributes.Count == 0 ? user.Username : SignInName(pool, user);
            yield return delivery.Message(
                pool, user, MessageKind.AdminCreateUser, medium, address, password ?? "", now + pool.TemporaryPasswordLifetime, shown);
        }
    }

    private static string SignInName(UserPool pool, User user) =>
        pool.UsernameAttributes.Select(user.Attribute).FirstOrDefault(static value => value is not null) ?? user.Username;
}
