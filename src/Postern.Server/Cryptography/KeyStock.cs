using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>A stock of ready signing keys in the store, so that a new pool's first sign-in does not wait for two of them (0.4 s).</summary>
/// <param name="target">How many keys the stock is filled to: two a pool. 0: no stock is kept.</param>
/// <param name="newPair">What makes their pairs; null: <see cref="SigningKey.NewPair"/>.</param>
public sealed class KeyStock(
    IKeyStore store, MasterKey masterKey, TimeProvider time, ILogger<KeyStock> log, int target = 32, Func<RSA>? newPair = null) : IDisposable
{
    // Other nodes draw from the same stock without a word to this one.
    private static readonly TimeSpan look = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan pauseLength = TimeSpan.FromMilliseconds(50);
    private const int MostPauses = 200;

    private readonly SemaphoreSlim drawn = new(0);

    /// <summary>Fills the stock, and fills it again whenever it was drawn from, on one thread of low priority. The task ends when told to stop.</summary>
    /// <param name="isBusy">Whether requests are under way: a key (0.2 s of CPU) waits for a pause of theirs, but not for ever.</param>
    public Task Fill(Func<bool> isBusy, CancellationToken stop)
    {
        if (target <= 0)
            return Task.CompletedTask;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            ThreadPriorities.LowerCurrent();
            while (!stop.IsCancellationRequested)
                FillAndWait(isBusy, stop);
            ended.SetResult();
        })
        { IsBackground = true, Name = "postern key stock" };
        thread.Start();
        return ended.Task;
    }

    /// <summary>Gives a pool its two keys: of the stock, or made now. Where another request or node was first, its keys.</summary>
    public async ValueTask<IReadOnlyList<StoredSigningKey>> Draw(long pool, CancellationToken stop)
    {
        if (await store.DrawSigningKeys(pool, [], stop) is { } ready)
        {
            if (drawn.CurrentCount == 0)
                drawn.Release();
            return ready;
        }
        var second = Task.Run(() => SigningKey.Generate(masterKey, time.GetUtcNow(), newPair), stop);
        var first = SigningKey.Generate(masterKey, time.GetUtcNow(), newPair);
        return await store.DrawSigningKeys(pool, [first, await second], stop)
            ?? throw new InvalidOperationException("The store gave a pool no signing keys though spare ones were offered.");
    }

    public void Dispose() => drawn.Dispose();

    private void FillAndWait(Func<bool> isBusy, CancellationToken stop)
    {
        var pause = look;
        try
        {
            while (!stop.IsCancellationRequested && Wait(store.CountStock(stop)) < target)
            {
                WaitForPause(isBusy, stop);
                Wait(store.AddToStock(SigningKey.Generate(masterKey, time.GetUtcNow(), newPair), stop));
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            log.StockNotFilled((int)retry.TotalSeconds, e);
            pause = retry;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            drawn.Wait(pause, stop);
            while (drawn.Wait(0, CancellationToken.None))
            {
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static void WaitForPause(Func<bool> isBusy, CancellationToken stop)
    {
        for (var waited = 0; waited < MostPauses && isBusy(); waited++)
            stop.WaitHandle.WaitOne(pauseLength);
    }

    // This thread has nothing else to do, and going on elsewhere would lose its priority.
    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();
}
