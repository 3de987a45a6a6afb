using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.SignIn;

/// <summary>How far a sign-in is: who, what was proved, and what its success will write.</summary>
/// <param name="Stored">The user as stored; where nobody has the name, what such a user would look like.</param>
/// <param name="Failed">Wrong answers of the kind that the step counts.</param>
/// <param name="Session">What the sign-in's session strings carry.</param>
public sealed record SignInProgress(SignInCall Call, User Stored, IReadOnlyList<StoredGroup> Groups, Attempts Failed, SignInSession Session)
{
    public AppClient Client => Call.Client;

    public UserPool Pool => Call.Client.Pool;

    /// <summary>How long each challenge of this sign-in can be answered.</summary>
    public TimeSpan SessionLifetime => Call.IsOfPages ? SignInSessions.LifetimeOnPages : Client.SessionLifetime;

    /// <summary>Whether nobody has the name; no proof is ever right then.</summary>
    public bool IsNobody => Session.Nobody.Length > 0;

    /// <summary>The user; null where nobody has the name.</summary>
    public User? Known => IsNobody ? null : Stored;

    /// <summary>The name by which wrong answers are counted where nobody has it.</summary>
    public string Name => IsNobody ? Session.Nobody : Stored.Username;

    /// <summary>The user as he shall be once the sign-in succeeds.</summary>
    public User User => Change is null ? Stored : Change(Stored);

    /// <summary>What the success changes of the user; applied again to a newer row where others changed it meanwhile.</summary>
    public Func<User, User>? Change { get; init; }

    /// <summary>What else the success writes, in one change.</summary>
    public IReadOnlyList<Write> Writes { get; init; } = [];

    /// <summary>Whether the client holds a session string of this sign-in: then the last step uses them up.</summary>
    public bool IsShown { get; init; }

    /// <summary>The device that the client showed, where this call has read it already.</summary>
    public Devices.Device? Device { get; init; }

    /// <summary>The same after a proof.</summary>
    public SignInProgress Pass(Factors factors, params IReadOnlyList<Write> writes) => this with
    {
        Session = Session with { Passed = Session.Passed | factors, State = default },
        Writes = [.. Writes, .. writes],
    };

    /// <summary>The same with one more change of the user.</summary>
    public SignInProgress With(Func<User, User> change) => this with { Change = Change is { } before ? user => change(before(user)) : change };
}
