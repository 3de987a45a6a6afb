using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The key above all others: 32 bytes that seal what is kept at rest. Losing it loses every sealed value of the database.
/// While it is being changed, a server has two: either opens what it sealed, and the database says which one seals.</summary>
/// <remarks>A sealed value is key id (4 bytes) | nonce (24) | ciphertext | tag (16): 44 bytes longer than what it holds.</remarks>
public sealed class MasterKey
{
    public const int Size = 32;

    /// <summary>How much longer a sealed value is than its content.</summary>
    public const int Overhead = IdSize + Aead.NonceSize + Aead.TagSize;

    /// <summary>The value of the installation that tells which key is its own.</summary>
    internal const string CheckName = "master-key-check";

    /// <summary>The value that tells, while the key is being changed, which one comes next.</summary>
    internal const string NextName = "master-key-next";

    private const int IdSize = 4;

    private static readonly TimeSpan look = TimeSpan.FromSeconds(1);

    private readonly Key own;
    private readonly Key? previous;
    private volatile Key sealing;

    /// <param name="key">32 random bytes.</param>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
            throw new MasterKeyException($"A master key has {Size} bytes, this one has {key.Length}. Make one with `openssl rand -base64 32`.");
        var extracted = new byte[HMACSHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, key, "postern master key"u8, extracted);
        own = new(
            HKDF.Expand(HashAlgorithmName.SHA256, extracted, Aead.KeySize, "at rest"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, extracted, IdSize, "id"u8.ToArray()));
        sealing = own;
        CryptographicOperations.ZeroMemory(extracted);
    }

    private MasterKey(Key own, Key previous)
    {
        this.own = own;
        this.previous = previous;
        sealing = own;
    }

    /// <summary>Eight hex digits that tell keys apart and reveal nothing of them.</summary>
    public string Id => own.Name;

    /// <summary>The id of the key before; null where there is none.</summary>
    public string? PreviousId => previous?.Name;

    /// <summary>The id of the key that seals now: this one's, but for the time in which nodes of the key before may still run.</summary>
    public string SealingId => sealing.Name;

    /// <summary>The id of the key that sealed a value.</summary>
    public static string IdOf(ReadOnlySpan<byte> value) => value.Length >= IdSize ? Convert.ToHexStringLower(value[..IdSize]) : "unknown";

    /// <summary>This key together with the one that it takes over from.</summary>
    public MasterKey WithPrevious(MasterKey before)
    {
        ArgumentNullException.ThrowIfNull(before);
        if (!before.own.HasId(own.Id))
            return new(own, before.own);
        return CryptographicOperations.FixedTimeEquals(before.own.Parent, own.Parent)
            ? this
            : throw new MasterKeyException("Two master keys have the same id by chance: make another new one with `openssl rand -base64 32`.");
    }

    /// <param name="kind">What is sealed, and for whom; it opens as the same alone.</param>
    public byte[] Seal(SealedAs kind, ReadOnlySpan<byte> plain) => sealing.Seal(kind.Purpose, plain, kind.Associated.Span);

    /// <exception cref="CryptographicException">The value was sealed under another key, for another purpose or owner, or was changed.</exception>
    public byte[] Open(SealedAs kind, ReadOnlySpan<byte> value)
    {
        var (purpose, associated) = kind;
        if (value.Length < Overhead)
            throw new CryptographicException($"A sealed value ({purpose}) is too short: the row is damaged.");
        var key = own.HasId(value[..IdSize]) ? own : previous is not null && previous.HasId(value[..IdSize]) ? previous : null;
        return key is not null ? key.Open(purpose, value, associated.Span) : throw new MasterKeyException(
            $"A stored value ({purpose}) is sealed under master key {IdOf(value)}, and this server runs with {Id}. "
            + "Start it with the master key that the database was made with (--master-key).");
    }

    /// <summary>Refuses a key that is not the one of the database, and takes up which of two keys seals. To be called at start, before anything
    /// else is written.</summary>
    /// <exception cref="MasterKeyException">The database has another master key, or is being given one.</exception>
    public async ValueTask Check(IInstallationStore installation, CancellationToken stop)
    {
        var record = await MasterKeyRecord.Read(installation, stop);
        if (record.Current is null)
            record = record with { Current = await installation.GetOrSet(CheckName, Seal(SealedAs.Check, "postern"u8), stop) };
        var (opensCurrent, opensNext) = (Opens(record.Current!), Opens(record.Next));
        if (!opensCurrent && !opensNext)
            throw Refusal(record.CurrentId);
        if (record.Next is not null && !(opensCurrent && opensNext))
            throw Refusal(record.CurrentId, record.NextId);
        sealing = Find(record.SealingId)!;
    }

    /// <summary>As <see cref="Check"/>, by the ids of a database's key and of the next one where there is one: what can be told before its schema
    /// is brought forward.</summary>
    /// <exception cref="MasterKeyException">The database has another master key, or is being given one.</exception>
    internal void Require(string current, string? next)
    {
        var (hasCurrent, hasNext) = (Find(current) is not null, next is not null && Find(next) is not null);
        if (!hasCurrent && !hasNext)
            throw Refusal(current);
        if (next is not null && !(hasCurrent && hasNext))
            throw Refusal(current, next);
    }

    /// <summary>Takes up within a second which of two keys seals, until told to stop; ends at once where there is one key.</summary>
    public async Task Follow(IInstallationStore installation, ILogger<MasterKey> log, CancellationToken stop)
    {
        var isAway = false;
        while (previous is not null && !stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(look, stop);
                var record = await MasterKeyRecord.Read(installation, stop);
                isAway = false;
                if (record.Current is null || Find(record.SealingId) is not { } found || found == sealing)
                    continue;
                sealing = found;
                log.MasterKeySeals(found.Name);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                if (!isAway)
                    log.MasterKeyNotRead(failed);
                isAway = true;
            }
        }
    }

    /// <summary>Whether a value was sealed under this key.</summary>
    internal bool IsOfOwn(ReadOnlySpan<byte> value) => value.Length >= Overhead && own.HasId(value[..IdSize]);

    /// <summary>Seals under this key, whichever seals now.</summary>
    internal byte[] SealUnderOwn(SealedAs kind, ReadOnlySpan<byte> plain) => own.Seal(kind.Purpose, plain, kind.Associated.Span);

    /// <summary>Whether it is a record of one of the keys given.</summary>
    internal bool Opens(ReadOnlySpan<byte> record)
    {
        try
        {
            Open(SealedAs.Check, record);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private MasterKeyException Refusal(string current) => new(previous is null
        ? $"This database is sealed under another master key ({current}) than the one given ({Id}). Nothing was changed. "
            + $"Give its own key with --master-key (file:PATH, command:LINE or VALUE). Where {Id} is to take over from {current}, give that one with "
            + $"--previous-master-key; where {current} has taken over from {Id}, it alone opens this database now (docs/keys.md)."
        : $"This database is sealed under another master key ({current}) than those given ({Id} and, before it, {PreviousId}). Nothing was changed. "
            + "Give its own key with --master-key or --previous-master-key (docs/keys.md).");

    private MasterKeyException Refusal(string current, string next) => new(
        $"The master key of this database is being changed from {current} to {next}, and the key given is {Id}. Nothing was changed. "
        + "Start with the new key as --master-key and the one before as --previous-master-key until `postern keys rotate` has ended (docs/keys.md).");

    private Key? Find(string id) => own.Name == id ? own : previous?.Name == id ? previous : null;

    private sealed class Key(byte[] parent, byte[] id)
    {
        public byte[] Parent => parent;

        public byte[] Id => id;

        public string Name { get; } = Convert.ToHexStringLower(id);

        public bool HasId(ReadOnlySpan<byte> other) => other.SequenceEqual(id);

        public byte[] Seal(AtRestPurpose purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
        {
            var result = new byte[plain.Length + Overhead];
            var nonce = result.AsSpan(IdSize, Aead.NonceSize);
            var cipher = result.AsSpan(IdSize + Aead.NonceSize, plain.Length);
            id.CopyTo(result.AsSpan());
            RandomNumberGenerator.Fill(nonce);
            Aead.Encrypt(parent, (int)purpose, nonce, nonce[..Aead.InitializationVectorSize], associated, plain, cipher, result.AsSpan(^Aead.TagSize..));
            return result;
        }

        public byte[] Open(AtRestPurpose purpose, ReadOnlySpan<byte> value, ReadOnlySpan<byte> associated)
        {
            var plain = new byte[value.Length - Overhead];
            var nonce = value.Slice(IdSize, Aead.NonceSize);
            var cipher = value.Slice(IdSize + Aead.NonceSize, plain.Length);
            return Aead.TryDecrypt(parent, (int)purpose, nonce, nonce[..Aead.InitializationVectorSize], associated, cipher, value[^Aead.TagSize..], plain)
                ? plain
                : throw new CryptographicException($"A stored value ({purpose}) does not open: it was changed, or stands in another's row.");
        }
    }
}
