using System.Buffers;
using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Clients;
using Postern.UserPools.Passwords;

namespace Postern.UserPools.SignIn;

/// <summary>NEW_PASSWORD_REQUIRED: a temporary password was right, and a permanent one must follow, with the required attributes that
/// the user still lacks.</summary>
/// <remarks>User pools sheet, "Challenges after the first factor".</remarks>
public sealed class NewPasswordChallenge(SignInSessions sessions, Passwords.Passwords passwords, Users.Users users, TimeProvider time)
{
    private const string Prefix = "userAttributes.";

    /// <exception cref="NotAuthorizedException">The temporary password's time is over.</exception>
    public SignInOutcome Challenge(AppClient client, User user)
    {
        if (user.PasswordSet + client.Pool.TemporaryPasswordLifetime <= time.GetUtcNow())
            throw new NotAuthorizedException("Temporary password has expired and must be reset by an administrator.");
        return new()
        {
            ChallengeName = ChallengeNameType.NEW_PASSWORD_REQUIRED,
            Session = sessions.Seal(client, user, Guid.NewGuid(), ChallengeNameType.NEW_PASSWORD_REQUIRED),
            ChallengeParameters = new Dictionary<string, string>
            {
                ["USER_ID_FOR_SRP"] = user.Username,
                ["requiredAttributes"] = Json(writer =>
                {
                    writer.WriteStartArray();
                    foreach (var name in Missing(client, user))
                        writer.WriteStringValue(Prefix + name);
                    writer.WriteEndArray();
                }),
                ["userAttributes"] = Json(writer =>
                {
                    writer.WriteStartObject();
                    foreach (var (name, value) in user.Attributes)
                        writer.WriteString(name, value);
                    writer.WriteEndObject();
                }),
            },
        };
    }

    /// <summary>Sets the password and attributes, confirms the user, and uses the sign-in's sessions up: all or nothing.</summary>
    /// <exception cref="InvalidPasswordException">The policy refuses the password; the session stays of use.</exception>
    /// <exception cref="NotAuthorizedException">An attribute is already there, or the client may not write it; or the session was used.</exception>
    /// <exception cref="InvalidParameterException">An attribute is required and missing, or breaks the schema.</exception>
    /// <exception cref="AliasExistsException">An alias belongs to someone else.</exception>
    public async ValueTask<User> Answer(AppClient client, User user, SignInSession session, AuthParameters responses, CancellationToken stop)
    {
        var password = responses.Require("NEW_PASSWORD");
        var given = responses.WithPrefix(Prefix);
        foreach (var (name, _) in given)
        {
            if (name is "sub" or "email_verified" or "phone_number_verified")
                throw new InvalidParameterException($"Cannot modify the non-mutable attribute {name}");
            if (user.Attribute(name) is not null)
                throw new NotAuthorizedException($"Cannot modify an already provided {name}");
            if (!client.MayWrite(name))
                throw new NotAuthorizedException("A client attempted to write unauthorized attribute");
        }
        client.Pool.Schema.CheckCreation(given);
        if (Missing(client, user).FirstOrDefault(name => !given.Any(pair => pair.Key == name && pair.Value.Length > 0)) is { } missing)
            throw new InvalidParameterException($"Invalid attributes given, {missing} is missing");
        client.Pool.PasswordPolicy.Check(password);

        var changed = await passwords.Set(client.Pool, user.WithAttributes(given) with { Status = UserStatus.CONFIRMED }, password, stop);
        return await users.Save(client.Pool, user, new(changed, sessions.Use(client, session)), stop) ?? throw SignInSessions.Used();
    }

    private static IEnumerable<string> Missing(AppClient client, User user) => client.Pool.Schema.Required.Where(name => user.Attribute(name) is null);

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
