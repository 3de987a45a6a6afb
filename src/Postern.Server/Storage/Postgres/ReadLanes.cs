using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Connections that read: what waits goes into one batch, and so into one round trip.</summary>
internal sealed class ReadLanes(Hosts hosts, int count) : IAsyncDisposable
{
    private readonly Lanes<PendingRead> lanes = new(hosts, writes: false, count, Read);

    /// <summary>Runs one statement and reads its rows.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="StorageException">The database could not answer.</exception>
    public async ValueTask<T> Run<T>(Command command, Func<Row, ValueTask<T>> read, CancellationToken stop)
    {
        var pending = new PendingRead<T>(command.Statement, read);
        await lanes.Add(pending, stop);
        return await pending.Done;
    }

    public ValueTask DisposeAsync() => lanes.DisposeAsync();

    private static async ValueTask Read(Session session, List<PendingRead> group)
    {
        while (group.Count > 0)
        {
            var answered = 0;
            try
            {
                await using var batch = (await session.Take()).CreateBatch();
                foreach (var pending in group)
                    batch.BatchCommands.Add(pending.Statement);
                await using var reader = await batch.ExecuteReaderAsync();
                foreach (var pending in group)
                {
                    if (answered > 0)
                        await reader.NextResultAsync();
                    await pending.Read(new(reader));
                    answered++;
                }
                return;
            }
            catch (PostgresException error) when (!PostgresError.IsAway(error) && !PostgresError.IsPassing(error) && answered < group.Count)
            {
                group[answered++].Fail(PostgresError.Of(error));
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException)
            {
                await session.Drop();
                for (var lost = group.Count; --lost >= answered;)
                {
                    if (group[lost].WasLost)
                    {
                        group[lost].Fail(new StorageException($"The database did not answer: {failure.Message}", failure));
                        group.RemoveAt(lost);
                    }
                    else
                        group[lost].WasLost = true;
                }
            }
            group.RemoveRange(0, answered);
        }
    }
}
