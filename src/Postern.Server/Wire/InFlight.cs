namespace Postern.Wire;

/// <summary>Counts requests in flight, so that a reset or restore can let them finish and hold later ones.</summary>
public sealed class InFlight
{
    private readonly Lock gate = new();
    private int running;
    private TaskCompletionSource? reopened;
    private TaskCompletionSource? drained;

    /// <summary>How many requests are under way.</summary>
    public int Count => Volatile.Read(ref running);

    /// <summary>Enters; waits while the server is held.</summary>
    public ValueTask Enter()
    {
        lock (gate)
        {
            if (reopened is null)
            {
                running++;
                return default;
            }
        }
        return EnterLater();
    }

    public void Leave()
    {
        lock (gate)
        {
            if (--running == 0)
                drained?.TrySetResult();
        }
    }

    /// <summary>Runs alone: after all requests in flight, before all later ones.</summary>
    public async Task Alone(Func<Task> work)
    {
        TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task other;
            lock (gate)
            {
                if (reopened is null)
                {
                    reopened = mine;
                    drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (running == 0)
                        drained.SetResult();
                    break;
                }
                other = reopened.Task;
            }
            await other;
        }
        try
        {
            await drained.Task;
            await work();
        }
        finally
        {
            lock (gate)
            {
                reopened = null;
                drained = null;
            }
            mine.SetResult();
        }
    }

    private async ValueTask EnterLater()
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (reopened is null)
                {
                    running++;
                    return;
                }
                wait = reopened.Task;
            }
            await wait;
        }
    }
}
