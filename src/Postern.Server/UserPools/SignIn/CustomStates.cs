using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Triggers;

namespace Postern.UserPools.SignIn;

/// <summary>Where the state of custom authentication is between two calls: in the session string, or in a sealed row that the string names where it
/// is too long.</summary>
/// <remarks>Each state has an id of its own: the name of its row, and what is used up by the answer to its challenge.</remarks>
public sealed class CustomStates(IUserPartStore parts, IChanges changes, Sealer sealer, TimeProvider time)
{
    // Whatever else a session carries has room beside it.
    private const int LongestInSession = 700;
    private const int LongestInRow = 64 * 1024;
    private const int IdAt = 1;
    private const int StateAt = IdAt + 16;

    // A sign-in of many steps outlives the state that its first one left.
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>A session with a state in it.</summary>
    /// <exception cref="InvalidLambdaResponseException">Functions gave more than 64 KiB to keep.</exception>
    public async ValueTask<SignInSession> Keep(SignInSession session, CustomState state, CancellationToken stop)
    {
        var json = state.ToJson();
        if (json.Length > LongestInRow)
            throw TriggerResponse.Unrecognizable();
        var id = Guid.NewGuid();
        var isRow = json.Length > LongestInSession;
        var kept = new byte[isRow ? StateAt : StateAt + json.Length];
        kept[0] = isRow ? (byte)1 : (byte)0;
        id.TryWriteBytes(kept.AsSpan(IdAt), bigEndian: true, out _);
        if (isRow)
        {
            var now = time.GetUtcNow();
            await changes.Save(
                new(new PutUserPart(new(
                    session.Pool, session.Sub, UserPartKind.SignInState, id.ToString("N"), now, now, now + Life, default,
                    sealer.Seal(SealPurpose.Session, Binding(session, id), json), 0))), stop);
        }
        else
        {
            json.CopyTo(kept, StateAt);
        }
        return session with { Custom = kept };
    }

    /// <summary>The state of a session; none at its beginning.</summary>
    /// <exception cref="NotAuthorizedException">Its row is gone: the user was deleted meanwhile.</exception>
    public async ValueTask<CustomState> Read(SignInSession session, CancellationToken stop)
    {
        if (session.Custom.IsEmpty)
            return new([], Factors.None);
        if (session.Custom.Span[0] == 0)
            return CustomState.Read(session.Custom[StateAt..]);
        var id = Id(session);
        var row = await parts.Find(session.Pool, session.Sub, UserPartKind.SignInState, id.ToString("N"), stop);
        return row is not null && await sealer.Open(SealPurpose.Session, Binding(session, id), row.Data.Span, stop) is { } json
            ? CustomState.Read(json)
            : throw SignInSessions.Invalid();
    }

    /// <summary>Takes a session for the one answer that it is good for: guesses are counted by the functions, which see only the history.</summary>
    /// <exception cref="NotAuthorizedException">It was answered before.</exception>
    public async ValueTask Use(SignInSession session, CancellationToken stop)
    {
        if (!(await changes.Save(new(new UseSession(session.Pool, Id(session), time.GetUtcNow() + Life)), stop)).IsSaved)
            throw SignInSessions.Used();
    }

    private static Guid Id(SignInSession session) => new(session.Custom.Span.Slice(IdAt, 16), bigEndian: true);

    private static byte[] Binding(SignInSession session, Guid id) => Sealer.Binding(session.Pool, session.ClientId, id.ToString("N"));
}
