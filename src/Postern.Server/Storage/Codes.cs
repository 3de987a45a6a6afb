namespace Postern.Storage;

/// <summary>What a code is for; a new one replaces the one before of its purpose. Stored as a number: never reorder, only add.</summary>
public enum CodePurpose
{
    SignUp = 1,
    ForgotPassword = 2,
    VerifyEmail = 3,
    VerifyPhoneNumber = 4,
}

/// <param name="Hash">A keyed hash of the digits: they are guessable from a plain one.</param>
/// <param name="AttributeName">The attribute that the code was sent to and that it verifies.</param>
/// <param name="Value">The value of that attribute which the code proves, pending or current.</param>
public sealed record StoredCode(
    long Pool, Guid Sub, CodePurpose Purpose, ReadOnlyMemory<byte> Hash, string AttributeName, string Value,
    DateTimeOffset Issued, DateTimeOffset Expires);

public interface ICodeStore
{
    ValueTask<StoredCode?> Find(long pool, Guid sub, CodePurpose purpose, CancellationToken stop);
}

/// <summary>Replaces the code of that purpose.</summary>
public sealed record PutCode(StoredCode Code) : Write;

/// <summary>Uses a code up: AlreadyUsed where it is no longer the one that was read.</summary>
public sealed record UseCode(StoredCode Code) : Write;

/// <summary>Drops the code of a purpose, if there is one.</summary>
public sealed record DropCode(long Pool, Guid Sub, CodePurpose Purpose) : Write;
