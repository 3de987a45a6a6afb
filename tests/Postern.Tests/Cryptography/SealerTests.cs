using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public sealed partial class SealerTests : IDisposable
{
    private readonly MemoryKeyStore store = new();
    private readonly MasterKey masterKey = new(new byte[32]);
    private readonly StandingClock clock = new();
    private readonly KeyRing ring;
    private readonly Sealer sealer;
    private readonly byte[] binding = Sealer.Binding(42, "client", "user");

    public SealerTests()
    {
        ring = new(store, masterKey, clock);
        sealer = new(ring);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => ring.Dispose();

    [Fact]
    public async Task What_is_sealed_opens_for_its_purpose_and_binding_alone()
    {
        await ring.Load(Stop);
        (from purpose in Gen.Enum<SealPurpose>()
         from other in Gen.Enum<SealPurpose>()
         from bound in Gen.Byte.Array[0, 40]
         from otherBound in Gen.Byte.Array[0, 40]
         from plain in Gen.Byte.Array[0, 2000]
         select (purpose, other, bound, otherBound, plain)).Sample(t =>
         {
             var blob = sealer.Seal(t.purpose, t.bound, t.plain);
             Assert.Equal(t.plain.Length + Sealer.Overhead, blob.Length);
             Assert.Equal(t.plain, Now(sealer.Open(t.purpose, t.bound, blob, Stop)));
             Assert.Equal(t.plain, Now(sealer.OpenText(t.purpose, t.bound, sealer.SealText(t.purpose, t.bound, t.plain), Stop)));
             if (t.other != t.purpose)
                 Assert.Null(Now(sealer.Open(t.other, t.bound, blob, Stop)));
             if (!t.bound.AsSpan().SequenceEqual(t.otherBound))
                 Assert.Null(Now(sealer.Open(t.purpose, t.otherBound, blob, Stop)));
         });
    }

    [Fact]
    public async Task A_blob_with_any_bit_changed_or_cut_off_does_not_open()
    {
        await ring.Load(Stop);
        var blob = sealer.Seal(SealPurpose.Session, binding, "content"u8);
        for (var i = 0; i < blob.Length * 8; i++)
        {
            blob[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Null(await sealer.Open(SealPurpose.Session, binding, blob, Stop));
            blob[i / 8] ^= (byte)(1 << (i % 8));
        }
        for (var i = 0; i < blob.Length; i++)
            Assert.Null(await sealer.Open(SealPurpose.Session, binding, blob.AsSpan(0, i), Stop));
    }

    [Fact]
    public async Task Garbage_text_does_not_open_and_does_not_throw()
    {
        await ring.Load(Stop);
        var tokens = new RefreshTokenSealer(sealer);
        Gen.String.Sample(text => Now(sealer.OpenText(SealPurpose.Session, binding, text, Stop)) is null && Now(tokens.Open(binding, text, Stop)) is null);
        var good = sealer.SealText(SealPurpose.Session, binding, "content"u8);
        foreach (var bad in new[] { good + "=", good + " ", " " + good, good[..10] + "\n" + good[10..], good.Replace('_', '/') + "+", new string('A', 100_000) })
            Assert.Null(await sealer.OpenText(SealPurpose.Session, binding, bad, Stop));
    }

    [Fact]
    public async Task Two_seals_of_the_same_content_share_nothing_but_the_key_id()
    {
        await ring.Load(Stop);
        var one = sealer.Seal(SealPurpose.Session, binding, new byte[64]);
        var two = sealer.Seal(SealPurpose.Session, binding, new byte[64]);
        Assert.Equal(one[..4], two[..4]);
        Assert.NotEqual(one[4..28], two[4..28]);
        Assert.NotEqual(one[28..92], two[28..92]);
    }

    [Fact]
    public void Bindings_of_different_names_differ()
    {
        Assert.NotEqual(Sealer.Binding(1, "ab", "c"), Sealer.Binding(1, "a", "bc"));
        Assert.NotEqual(Sealer.Binding(1, "a"), Sealer.Binding(1, "a", ""));
        Assert.NotEqual(Sealer.Binding(1, "a"), Sealer.Binding(2, "a"));
    }

    [Fact]
    public async Task A_ring_key_serves_thirty_days_and_opens_for_ever()
    {
        await ring.Load(Stop);
        var old = sealer.Seal(SealPurpose.RefreshToken, binding, "old"u8);
        clock.Now += TimeSpan.FromDays(29);
        await ring.Load(Stop);
        Assert.Equal(1, KeyId(sealer.Seal(SealPurpose.RefreshToken, binding, "old"u8)));
        clock.Now += TimeSpan.FromDays(1);
        await ring.Load(Stop);
        Assert.Equal(2, KeyId(sealer.Seal(SealPurpose.RefreshToken, binding, "new"u8)));
        clock.Now += TimeSpan.FromDays(3650);
        await ring.Load(Stop);
        Assert.Equal(3, KeyId(sealer.Seal(SealPurpose.RefreshToken, binding, "newest"u8)));
        Assert.Equal("old"u8.ToArray(), await sealer.Open(SealPurpose.RefreshToken, binding, old, Stop));
    }

    [Fact]
    public async Task A_node_reads_the_ring_again_for_a_key_that_another_node_made_and_seldom_for_noise()
    {
        await ring.Load(Stop);
        using var otherRing = new KeyRing(store, masterKey, clock);
        var other = new Sealer(otherRing);
        clock.Now += TimeSpan.FromDays(31);
        await otherRing.Load(Stop);
        var blob = other.Seal(SealPurpose.Session, binding, "theirs"u8);
        var token = new RefreshTokenSealer(other).Seal(binding, "theirs"u8);
        Assert.Equal(2, KeyId(blob));

        var reads = store.RingReads;
        Assert.Equal("theirs"u8.ToArray(), await sealer.Open(SealPurpose.Session, binding, blob, Stop));
        Assert.Equal("theirs"u8.ToArray(), await new RefreshTokenSealer(sealer).Open(binding, token, Stop));
        Assert.Equal(reads + 1, store.RingReads);

        for (var i = 0; i < 50; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(blob, 1000 + i);
            Assert.Null(await sealer.Open(SealPurpose.Session, binding, blob, Stop));
        }
        Assert.Equal(reads + 1, store.RingReads);
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(await sealer.Open(SealPurpose.Session, binding, blob, Stop));
        Assert.Equal(reads + 2, store.RingReads);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_share_the_first_key()
    {
        var rings = Enumerable.Range(0, 8).Select(_ => new KeyRing(store, masterKey, clock)).ToArray();
        await Parallel.ForEachAsync(rings, Stop, async (one, stop) => await one.Load(stop));
        var blob = new Sealer(rings[0]).Seal(SealPurpose.Session, binding, "shared"u8);
        foreach (var one in rings)
        {
            Assert.Equal("shared"u8.ToArray(), await new Sealer(one).Open(SealPurpose.Session, binding, blob, Stop));
            one.Dispose();
        }
        Assert.Single(await store.Ring(Stop));
    }

    [Fact]
    public async Task A_refresh_token_looks_as_Cognitos_does()
    {
        await ring.Load(Stop);
        var tokens = new RefreshTokenSealer(sealer);
        Gen.Byte.Array[0, 1500].Sample(plain =>
        {
            var token = tokens.Seal(binding, plain);
            var parts = token.Split('.');
            Assert.Equal(5, parts.Length);
            Assert.StartsWith("eyJjdHkiOiJKV1Qi", token, StringComparison.Ordinal);
            Assert.Equal("""{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
            Assert.Equal([28, 12, plain.Length, 16], parts[1..].Select(part => Base64Url.DecodeFromChars(part).Length));
            Assert.Matches(TokenCharacters(), token);
            Assert.Equal(plain, Now(tokens.Open(binding, token, Stop)));
            Assert.Null(Now(tokens.Open(Sealer.Binding(42, "other"), token, Stop)));
        });
    }

    [Fact]
    public async Task A_refresh_token_with_any_character_changed_does_not_open()
    {
        await ring.Load(Stop);
        var tokens = new RefreshTokenSealer(sealer);
        var token = tokens.Seal(binding, "some content of a token"u8);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in "ABQgwxyz0189-_=. ")
            {
                if (token[i] != c)
                    Assert.Null(await tokens.Open(binding, token[..i] + c + token[(i + 1)..], Stop));
            }
            Assert.Null(await tokens.Open(binding, token[..i], Stop));
        }
        Assert.Null(await tokens.Open(binding, token + ".", Stop));
        Assert.Null(await tokens.Open(binding, token + "A", Stop));
    }

    private static byte[]? Now(ValueTask<byte[]?> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.Result;
    }

    private static int KeyId(byte[] blob) => BinaryPrimitives.ReadInt32BigEndian(blob);

    [GeneratedRegex("^[A-Za-z0-9-_=.]+$")]
    private static partial Regex TokenCharacters();
}
