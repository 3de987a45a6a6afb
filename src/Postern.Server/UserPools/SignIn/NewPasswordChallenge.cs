using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Passwords;

namespace Postern.UserPools.SignIn;

/// <summary>NEW_PASSWORD_REQUIRED: a temporary password was right, and a permanent one must follow, with the required attributes that
/// the user still lacks.</summary>
/// <remarks>User pools sheet, "Challenges after the first factor".</remarks>
public sealed class NewPasswordChallenge(SignInSessions sessions, Passwords.Passwords passwords, Users.Users users, TimeProvider time) : IChallenge
{
    private const string Prefix = "userAttributes.";

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.NEW_PASSWORD_REQUIRED];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.Password;

    /// <exception cref="NotAuthorizedException">The temporary password was given, and its time is over.</exception>
    public SignInOutcome Challenge(SignInProgress progress)
    {
        var (client, user) = (progress.Client, progress.Stored);
        if (progress.Session.Passed.HasFlag(Factors.Password) && user.PasswordSet + client.Pool.TemporaryPasswordLifetime <= time.GetUtcNow())
            throw new NotAuthorizedException("Temporary password has expired and must be reset by an administrator.");
        return new()
        {
            ChallengeName = ChallengeNameType.NEW_PASSWORD_REQUIRED,
            Session = sessions.Seal(progress, ChallengeNameType.NEW_PASSWORD_REQUIRED),
            ChallengeParameters = new Dictionary<string, string>
            {
                ["USER_ID_FOR_SRP"] = user.Username,
                ["requiredAttributes"] = ParameterJson.Array(Missing(client, user).Select(static name => Prefix + name)),
                ["userAttributes"] = ParameterJson.Write(writer =>
                {
                    writer.WriteStartObject();
                    foreach (var (name, value) in user.Attributes)
                    {
                        if (!Schema.IsForDevelopers(name))
                            writer.WriteString(name, value);
                    }
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
    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var (client, user, responses) = (progress.Client, progress.Stored, progress.Call.Given);
        var password = responses.Require("NEW_PASSWORD");
        var given = responses.WithPrefix(Prefix);
        foreach (var (name, _) in given)
        {
            if (name is "sub" or "email_verified" or "phone_number_verified")
                throw new InvalidParameterException($"Cannot modify the non-mutable attribute {name}");
            if (user.Attribute(name) is not null)
                throw new NotAuthorizedException($"Cannot modify an already provided {name}");
            if (client.Pool.Schema.Find(name) is { Mutable: false, Required: not true })
                throw new InvalidParameterException($"user.{name}: Attribute cannot be updated. (changing an immutable attribute)");
            if (!client.MayWrite(name))
                throw new NotAuthorizedException("A client attempted to write unauthorized attribute");
        }
        client.Pool.Schema.CheckCreation(given);
        if (Missing(client, user).FirstOrDefault(name => !given.Any(pair => pair.Key == name && pair.Value.Length > 0)) is { } missing)
            throw new InvalidParameterException($"Invalid attributes given, {missing} is missing");
        client.Pool.PasswordPolicy.Check(password);

        var saved = await users.Change(client.Pool, user, async now => now.PasswordSet == user.PasswordSet
            ? new(await passwords.Set(client.Pool, now.WithAttributes(given) with { Status = UserStatus.CONFIRMED }, password, stop), sessions.Use(progress.Session))
            : throw SignInSessions.Used(), stop, static _ => SignInSessions.Used());
        // Its sessions are used up with the temporary password: what follows has a name of its own.
        return progress with
        {
            Stored = saved,
            Session = progress.Session with { SignIn = Guid.NewGuid(), PasswordSet = saved.PasswordSet, Challenge = "", State = default },
            IsShown = false,
        };
    }

    private static IEnumerable<string> Missing(AppClient client, User user) => client.Pool.Schema.Required.Where(name => user.Attribute(name) is null);
}
