using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public class SignInGateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lets_so_many_in_queues_so_many_and_refuses_the_rest()
    {
        using var gate = new SignInGate(concurrency: 2, longestQueue: 1);
        Assert.True(await gate.TryEnter(Stop));
        Assert.True(await gate.TryEnter(Stop));
        var queued = gate.TryEnter(Stop).AsTask();
        Assert.False(queued.IsCompleted);
        Assert.False(await gate.TryEnter(Stop));
        gate.Exit();
        Assert.True(await queued);
        var next = gate.TryEnter(Stop).AsTask();
        Assert.False(next.IsCompleted);
        gate.Exit();
        Assert.True(await next);
    }

    [Fact]
    public async Task Who_waits_is_served_in_order()
    {
        using var gate = new SignInGate(1);
        Assert.True(await gate.TryEnter(Stop));
        var waiting = Enumerable.Range(0, 20).Select(_ => gate.TryEnter(Stop).AsTask()).ToArray();
        foreach (var one in waiting)
        {
            Assert.False(one.IsCompleted);
            gate.Exit();
            Assert.True(await one);
        }
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_queue_to_others()
    {
        using var gate = new SignInGate(1, longestQueue: 1);
        Assert.True(await gate.TryEnter(Stop));
        using var patience = new CancellationTokenSource();
        var impatient = gate.TryEnter(patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        var patient = gate.TryEnter(Stop).AsTask();
        Assert.False(patient.IsCompleted);
        gate.Exit();
        Assert.True(await patient);
    }

    [Fact]
    public void A_free_gate_costs_no_memory()
    {
        using var gate = new SignInGate(1);
        Turn(gate);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Turn(gate);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Turn(SignInGate gate)
        {
            var entered = gate.TryEnter(CancellationToken.None);
            if (!entered.IsCompletedSuccessfully || !entered.Result)
                throw new InvalidOperationException("The gate was not free.");
            gate.Exit();
        }
    }
}
