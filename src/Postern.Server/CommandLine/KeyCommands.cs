using System.Globalization;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.CommandLine;

/// <summary><c>postern keys rotate</c> and <c>postern keys rotate-signing POOLID|--all</c>.</summary>
internal static class KeyCommands
{
    /// <summary>In the place of a pool's id: every pool.</summary>
    public const string All = "--all";

    private const int PageSize = 100;
    private const int Interrupted = 130;   // as a shell tells SIGINT

    public static Task<int> Rotate(CommandCall call) => Rotate(call, MasterKeyRotation.Settle);

    public static async Task<int> Rotate(CommandCall call, TimeSpan settle)
    {
        if (call.Options.MasterKey is null || call.Options.PreviousMasterKey is null)
            throw new OptionException("postern keys rotate takes both keys: --master-key NEW --previous-master-key OLD (docs/keys.md).");
        await using var state = await KeyState.Open(call.Options, call.Stop);
        if (state.MasterKey.PreviousId is not { } old)
            throw new OptionException("--master-key and --previous-master-key are the same key. Make a new one with: openssl rand -base64 32");

        var progress = new ProgressLine(call.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var rotation = new MasterKeyRotation(state.MasterKey, state.Store.Sealed, state.Store.Installation, settle);
        RotationResult done;
        try
        {
            done = await rotation.Run(Tell, call.Stop);
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
        {
            progress.End();
            call.Error.WriteLine("Stopped. Run it again to go on: until it has ended, every server needs both keys.");
            return Interrupted;
        }
        progress.End();
        if (done.Unopened > 0)
        {
            call.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{done.Unopened:N0} values open under neither key and were left as they are; no server could read them before either:"));
            foreach (var place in done.Places)
                call.Error.WriteLine($"  {place}");
        }
        call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Master key {state.MasterKey.Id} has taken the place of {old}: {done.Seen:N0} sealed values were verified, of which this run sealed {done.Resealed:N0} anew.
            Start the servers with --master-key alone now. Keep the old key only for backups that were made before.
            """));
        return 0;

        void Tell(RotationProgress step)
        {
            if (step.Estimated < 0)
                progress.Tell($"{step.What}", isLasting: true);
            else
                progress.Tell($"{(step.Pass == 1 ? "sealing" : "verifying")} {step.What}: {step.Done:N0} of {step.Estimated:N0}");
        }
    }

    public static async Task<int> RotateSigning(CommandCall call)
    {
        await using var state = await KeyState.Open(call.Options, call.Stop);
        var rotation = new SigningKeyRotation(state.Store.Keys, state.MasterKey, state.Time);
        if (call.Operands[0] is All)
            return await RotateAll(call, state.Store.Keys, rotation);

        var id = call.Operands[0];
        var pool = await state.Store.Pools.Find(PoolKind.UserPool, id, call.Stop) ?? await state.Store.Pools.Find(PoolKind.IdentityPool, id, call.Stop)
            ?? throw new OptionException($"There is no pool {id}.");
        var change = await rotation.Rotate(pool.Number, call.Stop);
        call.Out.WriteLine(change.Outcome switch
        {
            RotationOutcome.Rotated => $"""
                {id} has new signing keys: {change.IdTokenKid} for ID tokens, {change.AccessTokenKid} for access tokens.
                They are published now and sign from {Moment(change.Signs)}; the keys before them verify until {Moment(change.Ends)}.
                """,
            RotationOutcome.HasNoKeys => $"{id} has no signing keys yet: it gets them when they are first asked for.",
            RotationOutcome.TooSoon => $"{id} was rotated moments ago: its newest keys sign from {Moment(change.Signs)}. Nothing was changed.",
            _ => $"Another rotation of {id} was first. Nothing was changed.",
        });
        return change.Outcome is RotationOutcome.Rotated or RotationOutcome.HasNoKeys ? 0 : 1;
    }

    private static async Task<int> RotateAll(CommandCall call, IKeyStore keys, SigningKeyRotation rotation)
    {
        var progress = new ProgressLine(call.Error, !Console.IsErrorRedirected, TimeProvider.System);
        long rotated = 0, left = 0, after = 0;
        Page<long> page;
        do
        {
            page = await keys.PoolsWithKeys(after, PageSize, call.Stop);
            foreach (var pool in page.Items)
            {
                var change = await rotation.Rotate(pool, call.Stop);
                rotated += change.Outcome is RotationOutcome.Rotated ? 1 : 0;
                left += change.Outcome is RotationOutcome.TooSoon or RotationOutcome.WasOvertaken ? 1 : 0;
                progress.Tell($"{rotated:N0} pools have new signing keys");
                after = pool;
            }
        }
        while (page.HasMore);
        progress.End();
        call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rotated:N0} pools have new signing keys, which sign {SigningKeys.PublicationDelay.TotalMinutes:0} minutes after they were published."));
        if (left > 0)
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{left:N0} were rotated moments ago and stay as they are."));
        return 0;
    }

    private static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
