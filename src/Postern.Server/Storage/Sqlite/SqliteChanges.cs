namespace Postern.Storage.Sqlite;

internal sealed class SqliteChanges(Writer writer) : IChanges
{
    public ValueTask<SaveResult> Save(Change change, CancellationToken stop) => writer.Run(new PendingChange(change), stop);

    private sealed class PendingChange(Change change) : Pending<SaveResult>
    {
        public override bool Apply(Connection connection)
        {
            foreach (var write in change.Writes)
            {
                var outcome = Write(connection, write);
                if (outcome is not SaveOutcome.Saved)
                {
                    Result = new(outcome, write);
                    return false;
                }
            }
            Result = default;
            return true;
        }

        private static SaveOutcome Write(Connection connection, Write write) => write switch
        {
            PutUser put => SqliteUserWrites.Put(connection, put),
            DeleteUser delete => SqliteUserWrites.Delete(connection, delete),
            PutUserPart put => SqliteUserParts.Put(connection, put.Part),
            ReplaceUserPart replace => SqliteUserParts.Replace(connection, replace.Part),
            DeleteUserPart delete => SqliteUserParts.Delete(connection, delete.Part),
            DropUserPart drop => SqliteUserParts.Drop(connection, drop),
            PutCode put => SqliteCodes.Put(connection, put.Code),
            UseCode use => SqliteCodes.Use(connection, use.Code),
            DropCode drop => SqliteCodes.Drop(connection, drop),
            QueueMessage queue => SqliteMessages.Queue(connection, queue.Message),
            PutMessage put => SqliteMessages.Put(connection, put.Message),
            DropMessage drop => SqliteMessages.Drop(connection, drop.Id),
            ForgetAttempts forget => SqliteAttempts.Forget(connection, forget),
            RequireAttempts require => SqliteAttempts.Require(connection, require),
            UseSession use => SqliteSignIns.Use(connection, use),
            Revoke revoke => SqliteSignIns.Revoke(connection, revoke),
            PutRotation put => SqliteSignIns.Rotate(connection, put.Rotation),
            PutGroup put => SqliteGroups.Put(connection, put.Group),
            DeleteGroup delete => SqliteGroups.Delete(connection, delete),
            AddMember add => SqliteGroups.Add(connection, add),
            RemoveMember remove => SqliteGroups.Remove(connection, remove),
            PutResource put => SqliteResources.Put(connection, put.Resource),
            DeleteResource delete => SqliteResources.Delete(connection, delete.Resource),
            ClaimName claim => SqliteResources.Claim(connection, claim),
            ReleaseName release => SqliteResources.Release(connection, release),
            PutPool put => SqlitePools.Put(connection, put.Pool),
            DeletePool delete => SqlitePools.Delete(connection, delete.Pool),
            _ => throw new NotSupportedException($"SQLite does not know how to write {write.GetType().Name}."),
        };
    }
}
