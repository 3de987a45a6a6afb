using Polly;
using Polly.Retry;

namespace Postern.Storage.Postgres;

/// <summary>A change that lost against another one (serialization failure, deadlock) is sent again as it is; the operation is not run again.</summary>
internal sealed class Replays
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ReplayException>(),
            MaxRetryAttempts = 12,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(3),
            MaxDelay = TimeSpan.FromMilliseconds(300),
        })
        .Build();

    /// <exception cref="StorageException">It lost each time.</exception>
    public ValueTask<T> Run<TState, T>(Func<TState, CancellationToken, ValueTask<T>> send, TState state, CancellationToken stop) =>
        pipeline.ExecuteAsync(static (all, stop) => all.send(all.state, stop), (send, state), stop);
}
