using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public sealed class SigningKeysTests : IDisposable
{
    private readonly MemoryKeyStore store = new();
    private readonly MasterKey masterKey = new(new byte[32]);
    private readonly StandingClock clock = new();
    private readonly KeyStock stock;

    public SigningKeysTests() => stock = Stock(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => stock.Dispose();

    [Fact]
    public async Task All_who_ask_for_a_new_pool_at_once_get_the_same_two_keys()
    {
        var nodes = new[] { new SigningKeys(store, masterKey, stock, clock), new SigningKeys(store, masterKey, stock, clock) };
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await nodes[i % 2].Get(7, Stop))));
        Assert.Single(all.Select(keys => keys.IdToken.Kid).Distinct());
        Assert.Single(all.Select(keys => keys.AccessToken.Kid).Distinct());
        Assert.NotEqual(all[0].IdToken.Kid, all[0].AccessToken.Kid);
        Assert.Equal(2, all[0].All.Count);
        Assert.Same(all[0].AccessToken, all[0].Find(all[0].AccessToken.Kid));
        Assert.Null(all[0].Find("unknown"));
    }

    [Fact]
    public async Task Keys_are_read_once_and_are_the_same_on_another_node()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var first = await keys.Get(7, Stop);
        var reads = store.PoolReads;
        var again = keys.Get(7, Stop);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, await again);
        Assert.Equal(reads, store.PoolReads);

        var other = await new SigningKeys(store, masterKey, stock, clock).Get(7, Stop);
        Assert.Equal(first.IdToken.Kid, other.IdToken.Kid);
        var signature = new byte[SigningKey.SignatureSize];
        first.IdToken.Sign("data"u8, signature);
        Assert.True(other.IdToken.Verify("data"u8, signature));
        Assert.False(other.AccessToken.Verify("data"u8, signature));

        keys.Clear();
        Assert.NotSame(first, await keys.Get(7, Stop));
    }

    [Fact]
    public async Task A_key_is_RSA_2048_with_a_kid_and_header_as_Cognitos()
    {
        var key = (await new SigningKeys(store, masterKey, stock, clock).Get(7, Stop)).IdToken;
        Assert.Equal(44, key.Kid.Length);
        Assert.Equal(32, Convert.FromBase64String(key.Kid).Length);
        Assert.Equal(256, key.Modulus.Length);
        Assert.Equal([1, 0, 1], key.Exponent.ToArray());
        Assert.Equal($$"""{"kid":"{{key.Kid}}","alg":"RS256"}""", Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromUtf8(key.EncodedHeader.Span)));

        using var verifier = RSA.Create(new RSAParameters { Modulus = key.Modulus.ToArray(), Exponent = key.Exponent.ToArray() });
        var signature = new byte[256];
        key.Sign("data"u8, signature);
        Assert.True(verifier.VerifyData("data"u8, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Throws<ArgumentException>(() => key.Sign("data"u8, new byte[255]));
        Assert.False(key.Verify("data"u8, signature.AsSpan(0, 255)));
    }

    [Fact]
    public async Task A_key_that_stands_under_another_kid_or_master_key_does_not_open()
    {
        var stored = SigningKey.Generate(masterKey, clock.Now);
        Assert.Equal(stored.Kid, SigningKey.Open(masterKey, stored).Kid);
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Open(masterKey, stored with { Kid = "another" }));
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.Open(new MasterKey(RandomNumberGenerator.GetBytes(32)), stored));

        await store.AddToStock(stored with { Kid = "one" }, Stop);
        await store.AddToStock(stored with { Kid = "two" }, Stop);
        var keys = new SigningKeys(store, masterKey, stock, clock);
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await keys.Get(7, Stop));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await keys.Get(7, Stop));
    }

    [Fact]
    public async Task The_stock_is_filled_and_filled_again_when_a_pool_drew_from_it()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var full = new SemaphoreSlim(0);
        store.Added = count =>
        {
            if (count == 2)
                full.Release();
        };
        var filler = stock.Fill(static () => false, stop.Token);
        await full.WaitAsync(Stop);
        var inStock = store.CountStock(Stop);
        Assert.Equal(2, await inStock);

        var keys = await new SigningKeys(store, masterKey, stock, clock).Get(7, Stop);
        Assert.NotEqual(keys.IdToken.Kid, keys.AccessToken.Kid);
        await full.WaitAsync(Stop);
        await stop.CancelAsync();
        await filler.WaitAsync(Stop);
        Assert.Equal(2, await store.CountStock(Stop));
    }

    [Fact]
    public async Task A_store_that_fails_leaves_a_warning_and_the_filler_alive()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var log = new Notices();
        store.IsBroken = true;
        using var broken = new KeyStock(store, masterKey, clock, log, target: 1);
        var filler = broken.Fill(static () => false, stop.Token);
        Assert.Contains("stock of signing keys could not be filled", await log.First.Task.WaitAsync(Stop), StringComparison.Ordinal);
        Assert.False(filler.IsCompleted);
        await stop.CancelAsync();
        await filler.WaitAsync(Stop);
    }

    [Fact]
    public async Task No_stock_is_kept_where_none_is_wanted()
    {
        using var none = Stock(0);
        await none.Fill(static () => false, Stop);
        Assert.Equal(0, await store.CountStock(Stop));
    }

    [Fact]
    public async Task A_new_key_is_shown_at_once_signs_after_the_delay_and_the_one_before_verifies_until_its_tokens_have_ended()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var before = await keys.Get(7, Stop);
        var rotation = new SigningKeyRotation(store, masterKey, clock);
        clock.Now = clock.Now.AddDays(30);
        var change = await rotation.Rotate(7, Stop);
        Assert.Equal(RotationOutcome.Rotated, change.Outcome);
        Assert.Equal(clock.Now.AddMinutes(5), change.Signs);
        Assert.Equal(RotationOutcome.TooSoon, (await rotation.Rotate(7, Stop)).Outcome);

        keys.Forget(7);
        var published = await keys.Get(7, Stop);
        Assert.Equal(4, published.All.Count);
        Assert.Equal((before.IdToken.Kid, before.AccessToken.Kid), (published.IdToken.Kid, published.AccessToken.Kid));
        Assert.Same(before.IdToken, published.IdToken);
        Assert.NotNull(published.Find(change.IdTokenKid));

        clock.Now = change.Signs.AddTicks(-1);
        Assert.Equal(before.IdToken.Kid, (await keys.Get(7, Stop)).IdToken.Kid);
        clock.Now = change.Signs;
        var after = await keys.Get(7, Stop);
        Assert.Equal((change.IdTokenKid, change.AccessTokenKid), (after.IdToken.Kid, after.AccessToken.Kid));
        Assert.Equal(4, after.All.Count);
        Assert.NotNull(after.Find(before.AccessToken.Kid));

        // The last token under the old key was made a moment before, for a day.
        Assert.True(change.Ends >= change.Signs.AddDays(1));
        clock.Now = change.Ends.AddTicks(-1);
        Assert.NotNull((await keys.Get(7, Stop)).Find(before.AccessToken.Kid));
        clock.Now = change.Ends;
        var last = await keys.Get(7, Stop);
        Assert.Equal(new[] { change.IdTokenKid, change.AccessTokenKid }.Order(), last.All.Select(static key => key.Kid).Order());

        // A clock that tests move back.
        clock.Now = change.Signs.AddTicks(-1);
        Assert.Equal(before.IdToken.Kid, (await keys.Get(7, Stop)).IdToken.Kid);
    }

    [Fact]
    public async Task A_node_that_hears_of_nothing_shows_the_new_keys_before_any_node_signs_with_them()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var before = await keys.Get(7, Stop);
        var change = await new SigningKeyRotation(store, masterKey, clock).Rotate(7, Stop);
        Assert.Same(before.All, (await keys.Get(7, Stop)).All);
        Assert.True(SigningKeys.LongestAge * 2 < SigningKeys.PublicationDelay);
        clock.Now += SigningKeys.LongestAge + TimeSpan.FromSeconds(1);
        var end = DateTime.UtcNow.AddSeconds(30);
        while ((await keys.Get(7, Stop)).Find(change.IdTokenKid) is null)
            Assert.True(DateTime.UtcNow < end, "It looks for new keys when its own are a minute old.");
    }

    [Fact]
    public async Task Keys_that_nobody_changed_stay_the_same_when_they_are_read_again()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var first = await keys.Get(7, Stop);
        var reads = store.PoolReads;
        keys.Forget(7);
        Assert.Same(first, await keys.Get(7, Stop));
        Assert.Equal(reads + 1, store.PoolReads);
    }

    [Fact]
    public async Task A_pool_that_is_gone_gets_no_new_keys()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var first = await keys.Get(7, Stop);
        store.Drop(7);
        keys.Forget(7);
        Assert.Same(first, await keys.Get(7, Stop));
        Assert.Empty(await store.SigningKeys(7, Stop));
    }

    [Fact]
    public async Task Known_keys_stay_in_use_while_the_store_is_away()
    {
        var keys = new SigningKeys(store, masterKey, stock, clock);
        var first = await keys.Get(7, Stop);
        store.IsAway = true;
        keys.Forget(7);
        Assert.Same(first, await keys.Get(7, Stop));
        clock.Now += SigningKeys.LongestAge * 2;
        Assert.Equal(first.IdToken.Kid, (await keys.Get(7, Stop)).IdToken.Kid);
        await Assert.ThrowsAsync<Postern.Storage.StorageException>(async () => await keys.Get(8, Stop));
    }

    [Fact]
    public async Task A_pool_without_keys_has_none_to_rotate()
    {
        var change = await new SigningKeyRotation(store, masterKey, clock).Rotate(7, Stop);
        Assert.Equal(RotationOutcome.HasNoKeys, change.Outcome);
        Assert.Empty(await store.SigningKeys(7, Stop));
    }

    private KeyStock Stock(int target) => new(store, masterKey, clock, NullLogger<KeyStock>.Instance, target);

    private sealed class Notices : ILogger<KeyStock>
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            First.TrySetResult(formatter(state, exception));
    }
}
