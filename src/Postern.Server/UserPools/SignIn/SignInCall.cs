using Postern.Contract;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>One call of InitiateAuth, RespondToAuthChallenge or their Admin twins, or a step of the pages.</summary>
/// <param name="Given">AuthParameters or ChallengeResponses.</param>
/// <param name="Session">The session string, where one was sent.</param>
/// <param name="Metadata">ClientMetadata.</param>
public sealed record SignInCall(
    AppClient Client, AuthParameters Given, string? Session, IReadOnlyDictionary<string, string>? Metadata, bool IsAdmin, Caller Caller)
{
    /// <summary>Whether the call comes from the pages: these serve every client that has the sign-in page, whatever flows the API allows it, and
    /// want to know who signed in; tokens follow by OAuth, or never.</summary>
    public bool IsOfPages { get; init; }

    /// <summary>The device that the browser vouches for, of the pages alone; null where it vouches for none.</summary>
    public RememberedDevice? Device { get; init; }

    /// <summary>Whether the caller wants the pending code sent again: an addition of Postern's, asked for by ClientMetadata.</summary>
    public bool AsksToResend =>
        Metadata is not null && Metadata.TryGetValue("postern:resend", out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Sub">Whose it is.</param>
/// <param name="Key">The device's.</param>
public sealed record RememberedDevice(Guid Sub, string Key);
