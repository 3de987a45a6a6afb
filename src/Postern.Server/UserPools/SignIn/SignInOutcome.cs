using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.SignIn;

/// <summary>What a step of a sign-in leads to: tokens, or the next challenge.</summary>
public sealed record SignInOutcome
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public string? ChallengeName { get; init; }

    public IReadOnlyDictionary<string, string> ChallengeParameters { get; init; } = None;

    public string? Session { get; init; }

    /// <summary>The first factors that the user may choose from; with USER_AUTH only.</summary>
    public IReadOnlyList<string>? AvailableChallenges { get; init; }

    public AuthenticationResultType? AuthenticationResult { get; init; }

    /// <summary>Where the pages asked, and the user proved a factor but is not confirmed: the session by which he signs in once he is, as SignUp
    /// gives it.</summary>
    public string? Unconfirmed { get; init; }

    /// <summary>Who signed in, where the pages asked.</summary>
    public SignedIn? SignedIn { get; init; }
}

/// <summary>The end of a sign-in, before tokens.</summary>
/// <param name="Groups">The user's groups, by precedence.</param>
/// <param name="Facts">What the tokens of this sign-in will say of it.</param>
public sealed record SignedIn(User User, IReadOnlyList<StoredGroup> Groups, SignInFacts Facts);
