using Npgsql;

namespace Postern.Storage.Postgres;

internal sealed class PostgresChanges(WriteLanes lanes, Replays replays, UserCounts counts, AwayAttempts away, bool notifies) : IChanges
{
    public async ValueTask<SaveResult> Save(Change change, CancellationToken stop)
    {
        try
        {
            var result = await replays.Run(static (state, stop) => state.changes.Send(state.change, stop), (changes: this, change), stop);
            if (result.IsSaved)
                counts.Add(change);
            return result;
        }
        catch (StorageUnavailableException failure) when (change.Writes is [ForgetAttempts forget])
        {
            // A sign-in must not fail for want of a primary.
            away.Forget(forget.Pool, forget.Key, failure);
            return default;
        }
    }

    private async ValueTask<SaveResult> Send(Change change, CancellationToken stop)
    {
        var steps = new Steps();
        foreach (var write in change.Writes)
            Add(steps, write);
        if (steps.Statements.Count == 0)
        {
            stop.ThrowIfCancellationRequested();
            return default;
        }
        SettingsChanges.Tell(steps, change, notifies);
        var pending = new PendingChange(steps);
        await lanes.Add(pending, stop);
        return await pending.Done;
    }

    private static void Add(Steps steps, Write write)
    {
        switch (write)
        {
            case PutUser put: PostgresUserWrites.Put(steps, put); break;
            case DeleteUser delete: PostgresUserWrites.Delete(steps, delete); break;
            case PutUserPart put: PostgresUserParts.Put(steps, put); break;
            case ReplaceUserPart replace: PostgresUserParts.Replace(steps, replace); break;
            case DeleteUserPart delete: PostgresUserParts.Delete(steps, delete); break;
            case DropUserPart drop: PostgresUserParts.Drop(steps, drop); break;
            case PutCode put: PostgresCodes.Put(steps, put); break;
            case UseCode use: PostgresCodes.Use(steps, use); break;
            case DropCode drop: PostgresCodes.Drop(steps, drop); break;
            case QueueMessage queue: PostgresMessages.Queue(steps, queue); break;
            case PutMessage put: PostgresMessages.Put(steps, put); break;
            case DropMessage drop: PostgresMessages.Drop(steps, drop); break;
            case ForgetAttempts forget: PostgresAttempts.Forget(steps, forget); break;
            case RequireAttempts require: PostgresAttempts.Require(steps, require); break;
            case UseSession use: PostgresSignIns.Use(steps, use); break;
            case Revoke revoke: PostgresSignIns.Revoke(steps, revoke); break;
            case PutRotation put: PostgresSignIns.Rotate(steps, put); break;
            case PutGroup put: PostgresGroups.Put(steps, put); break;
            case DeleteGroup delete: PostgresGroups.Delete(steps, delete); break;
            case AddMember add: PostgresGroups.Add(steps, add); break;
            case RemoveMember remove: PostgresGroups.Remove(steps, remove); break;
            case PutResource put: PostgresResources.Put(steps, put); break;
            case DeleteResource delete: PostgresResources.Delete(steps, delete); break;
            case ClaimName claim: PostgresResources.Claim(steps, claim); break;
            case ReleaseName release: PostgresResources.Release(steps, release); break;
            case PutPool put: PostgresPools.Put(steps, put); break;
            case DeletePool delete: PostgresPools.Delete(steps, delete); break;
            default: throw new NotSupportedException($"PostgreSQL does not know how to write {write.GetType().Name}.");
        }
    }

    private sealed class PendingChange(Steps steps) : PendingWrite
    {
        private readonly TaskCompletionSource<SaveResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SaveResult> Done => done.Task;

        public override IReadOnlyList<NpgsqlBatchCommand> Statements => steps.Statements;

        public override void Complete() => done.TrySetResult(default);

        public override void Refuse(NpgsqlBatchCommand statement, PostgresException error)
        {
            if (steps.Meaning(statement, error) is { } refused)
                done.TrySetResult(refused);
            else
                base.Refuse(statement, error);
        }

        public override void Fail(Exception failure) => done.TrySetException(failure);
    }
}
