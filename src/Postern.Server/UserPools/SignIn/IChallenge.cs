namespace Postern.UserPools.SignIn;

/// <summary>Checks answers to some challenges. What must hold for every answer (session, name, secret hash, an enabled user) holds already.</summary>
public interface IChallenge
{
    /// <summary>The challenges' names (ChallengeNameType).</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>What wrong answers count as: <see cref="SignInProgress.Failed"/> are those.</summary>
    Codes.LimitedAction Counts(SignInCall call, SignInSession session);

    /// <summary>Checks an answer; a wrong one is the contract's error, and consumes nothing.</summary>
    ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop);
}

/// <summary>What an answer led to: a further challenge of the same matter, or a proof, after which the machine decides what follows.</summary>
public readonly record struct ChallengeAnswer(SignInOutcome? Next, SignInProgress? Passed)
{
    public static implicit operator ChallengeAnswer(SignInOutcome next) => new(next, null);

    public static implicit operator ChallengeAnswer(SignInProgress passed) => new(null, passed);
}
