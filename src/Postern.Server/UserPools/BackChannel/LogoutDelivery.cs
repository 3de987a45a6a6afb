using System.Net;
using Postern.Federation;
using Postern.Storage;
using Postern.UserPools.Clients;

namespace Postern.UserPools.BackChannel;

/// <summary>Delivers logout tokens, beside the requests that caused them: each client has a queue and four workers, so that one that is slow keeps none
/// waiting but itself, and all share sixteen calls at once.</summary>
/// <remarks>OpenID Connect Back-Channel Logout 1.0, §2.5 and §2.8: 200 and 204 are success, 400 is a refusal for good. Anything else is tried again: soon by the
/// node itself, then after growing waits by the node that holds the lease. A row says until when it is some node's; whoever takes it writes
/// that first, and loses to who was faster. Attempts follow the machine's clock.</remarks>
public sealed class LogoutDelivery(Pools.Pools pools, IUserPartStore store, IChanges changes, LogoutTokens tokens, OutsideForms outside, TimeProvider time, ILogger logger)
    : IDisposable
{
    /// <summary>How long a notice is the node's that took it.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(1);

    /// <summary>How long a notice is kept at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Waits after the first attempt, the second and so on; after one more attempt than there are waits it is given up.</summary>
    private static readonly TimeSpan[] waits = [.. new[] { 1, 4, 15, 60, 240, 900, 900 }.Select(static seconds => TimeSpan.FromSeconds(seconds))];

    // Waits up to here are sat out by the node that has the notice: with the attempts, well within its claim.
    private static readonly TimeSpan longestInHand = TimeSpan.FromSeconds(4);

    // What an attempt and the waits in hand may take yet: who has less left of the claim leaves it.
    private static readonly TimeSpan needed = TimeSpan.FromSeconds(30);

    private const int AtOnce = 16;
    private const int AtOnceOfClient = 4;
    private const int MostWaitingOfClient = 500;
    private const int MostInHand = 10_000;
    private const int PageSize = 500;

    private readonly SemaphoreSlim slots = new(AtOnce);
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int inHand;

    /// <summary>Takes notices that are this node's, and returns at once. Those that are too many stay in the store until they are due.</summary>
    public void Start(IEnumerable<LogoutNotice> notices)
    {
        foreach (var notice in notices)
        {
            lock (gate)
            {
                if (!HasRoom(notice.ClientId))
                    continue;
                if (!lanes.TryGetValue(notice.ClientId, out var lane))
                    lanes.Add(notice.ClientId, lane = new());
                lane.Waiting.Enqueue(notice);
                inHand++;
                if (lane.Workers.Count < AtOnceOfClient)
                    lane.Workers.Add(Task.Run(() => Work(notice.ClientId, lane)));
            }
        }
    }

    /// <summary>Takes what is due and no other node has, and returns without waiting for the deliveries.</summary>
    /// <param name="isMine">Whether no other node does the same now.</param>
    public async Task StartDue(Func<CancellationToken, ValueTask<bool>> isMine, CancellationToken stop)
    {
        if (!await isMine(stop))
            return;
        string? after = null;
        Page<UserPart> page;
        do
        {
            page = await store.List(LogoutNotice.Pool, Guid.Empty, UserPartKind.LogoutNotice, after, PageSize, stop);
            foreach (var row in page.Items)
            {
                var (notice, now) = (LogoutNotice.Of(row), TimeProvider.System.GetUtcNow());
                after = row.Name;
                if (notice.Next > now || !HasRoom(notice))
                    continue;
                if (await Put(notice with { Next = now + Claim }))
                    Start([notice with { Next = now + Claim, Version = notice.Version + 1 }]);
            }
        }
        while (page.HasMore && await isMine(stop));
    }

    /// <summary>Until stopped; then ends what is under way, and gives it back: the next node or start sends it at once.</summary>
    public async Task Run(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stopping.CancelAsync();
        Task[] left;
        lock (gate)
            left = [.. lanes.Values.SelectMany(static lane => lane.Workers)];
        await Task.WhenAll(left);
    }

    public void Dispose()
    {
        stopping.Dispose();
        slots.Dispose();
    }

    private bool HasRoom(LogoutNotice notice)
    {
        lock (gate)
            return HasRoom(notice.ClientId);
    }

    private bool HasRoom(string clientId) =>
        !stopping.IsCancellationRequested && inHand < MostInHand && (!lanes.TryGetValue(clientId, out var lane) || lane.Waiting.Count < MostWaitingOfClient);

    private async Task Work(string clientId, Lane lane)
    {
        while (Take(clientId, lane) is { } notice)
        {
            try
            {
                await Deliver(notice);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                logger.LogoutBroken(clientId, failed);
            }
        }
    }

    private LogoutNotice? Take(string clientId, Lane lane)
    {
        lock (gate)
        {
            if (lane.Waiting.TryDequeue(out var notice))
            {
                inHand--;
                return notice;
            }
            lane.Workers.RemoveAt(0);
            if (lane.Workers.Count == 0)
                lanes.Remove(clientId);
            return null;
        }
    }

    private async Task Deliver(LogoutNotice notice)
    {
        // It waited too long behind others: whoever comes to it takes it anew.
        if (TimeProvider.System.GetUtcNow() > notice.Next - needed)
            return;
        try
        {
            while (true)
            {
                if (await Attempt(notice))
                {
                    await changes.Save(new(notice.Drop()), CancellationToken.None);
                    return;
                }
                var wait = waits[notice.Attempts];
                notice = notice with { Attempts = notice.Attempts + 1 };
                if (wait > longestInHand)
                {
                    await Put(notice with { Next = TimeProvider.System.GetUtcNow() + wait });
                    return;
                }
                await Task.Delay(wait, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Put(notice with { Next = TimeProvider.System.GetUtcNow() });
        }
    }

    /// <summary>Whether it is over: the client took it, refused it or is gone, or it was the last attempt.</summary>
    private async Task<bool> Attempt(LogoutNotice notice)
    {
        await slots.WaitAsync(stopping.Token);
        try
        {
            if (await pools.FindClient(notice.ClientId, stopping.Token) is not { } client || LogoutAddress.Of(client) is not { } address)
                return true;
            var token = await tokens.Make(client, notice, stopping.Token);
            var status = await outside.Post(address, "logout_token", token, stopping.Token);
            if (status is HttpStatusCode.OK or HttpStatusCode.NoContent)
                return true;
            if (status is HttpStatusCode.BadRequest)
            {
                logger.LogoutRefused(client.Id, client.Pool.Id);
                return true;
            }
            return Failed(client, notice, status);
        }
        finally
        {
            slots.Release();
        }
    }

    private bool Failed(AppClient client, LogoutNotice notice, HttpStatusCode? status)
    {
        var isLast = notice.Attempts == waits.Length || TimeProvider.System.GetUtcNow() > notice.Queued + Longest;
        if (isLast)
            logger.LogoutGivenUp(client.Id, client.Pool.Id, notice.Attempts + 1, (int?)status ?? 0);
        else
            logger.LogoutFailed(client.Id, client.Pool.Id, notice.Attempts + 1, (int?)status ?? 0);
        return isLast;
    }

    /// <summary>Writes what became of a notice; false where another node has it, or it is gone.</summary>
    private async ValueTask<bool> Put(LogoutNotice notice) =>
        (await changes.Save(new(new PutUserPart(notice.ToRow(time.GetUtcNow() + Longest))), CancellationToken.None)).IsSaved;

    private sealed class Lane
    {
        public Queue<LogoutNotice> Waiting { get; } = new();

        public List<Task> Workers { get; } = [];
    }
}
