namespace Postern.Storage;

/// <summary>What a user may have several of, each a row of its own. Stored as a number: never reorder, only add.</summary>
public enum UserPartKind
{
    /// <summary>A confirmed device. Name: its key. Secret: its sealed SRP verifier.</summary>
    Device = 1,

    /// <summary>A passkey. Name: its credential id in base64url.</summary>
    Passkey = 2,

    /// <summary>The challenge of a passkey's registration that is under way. Name: the app client.</summary>
    PasskeyRegistration = 3,

    /// <summary>A sign-in of a pool that tracks sessions. Name: the session's id.</summary>
    Session = 4,

    /// <summary>What a sign-in under way keeps that a session string has no room for. Name: the sign-in's id.</summary>
    SignInState = 5,

    /// <summary>A device that was forgotten, until no access token can name it. Name: its key.</summary>
    ForgottenDevice = 6,

    /// <summary>A sign-in that waits for its device, where clients that send no session are found by it. Name: device key and app client.</summary>
    DeviceSignIn = 7,

    /// <summary>A device that waits for a user's consent (RFC 8628). It is no user's: in the place of the sub stands a hash of its user code.</summary>
    DeviceAuthorization = 8,

    /// <summary>An app client that got tokens in a browser's session, or by the domain at all. Name: which, and the app client.</summary>
    LogoutParty = 10,

    /// <summary>A logout token that is not delivered yet, of no pool and no user: all are found at one place. Name: the app client and an id.</summary>
    LogoutNotice = 11,
}

/// <summary>A named part of a user.</summary>
/// <param name="Expires">When it ends, and is purged some time later: whoever reads it compares. Null: with the user.</param>
/// <param name="Secret">Sealed under the master key by the caller; empty where there is none.</param>
/// <param name="Data">Opaque here.</param>
/// <param name="Version">Raised by each write; 0 in a row that was never saved.</param>
public sealed record UserPart(
    long Pool, Guid Sub, UserPartKind Kind, string Name, DateTimeOffset Created, DateTimeOffset Modified, DateTimeOffset? Expires,
    ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte> Data, long Version);

public interface IUserPartStore
{
    ValueTask<UserPart?> Find(long pool, Guid sub, UserPartKind kind, string name, CancellationToken stop);

    /// <summary>A user's parts of a kind by name, after the name given (exclusive; null: from the first).</summary>
    ValueTask<Page<UserPart>> List(long pool, Guid sub, UserPartKind kind, string? after, int limit, CancellationToken stop);
}

/// <summary>A new part (Version 0: NameTaken where the user has one of that kind and name) or a changed one (the row must still have
/// <c>Part.Version</c>, else VersionLost).</summary>
public sealed record PutUserPart(UserPart Part) : Write;

/// <summary>Puts a part in the place of whatever stands there, whose version then counts on.</summary>
public sealed record ReplaceUserPart(UserPart Part) : Write;

/// <summary>Removes a part: VersionLost where the row is gone, or was changed since.</summary>
public sealed record DeleteUserPart(UserPart Part) : Write;

/// <summary>Removes a part whatever became of it since; nothing happens where it is gone.</summary>
public sealed record DropUserPart(long Pool, Guid Sub, UserPartKind Kind, string Name) : Write;
