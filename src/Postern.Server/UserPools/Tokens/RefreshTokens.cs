using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;

namespace Postern.UserPools.Tokens;

/// <summary>What a refresh token says, once opened.</summary>
/// <param name="SignOuts">The user's sign-out count when it was issued: a higher one revokes it.</param>
public sealed record RefreshToken(Guid Sub, SignInFacts Facts, int SignOuts);

/// <summary>Refresh tokens: sealed, bound to pool and client, readable by any node; nothing is stored of them.</summary>
public sealed class RefreshTokens(RefreshTokenSealer sealer)
{
    /// <summary>Bytes of everything but the key's thumbprint, which is behind it where the last byte says so, and the grant, which is behind these
    /// where there is one: two texts with their lengths.</summary>
    private const int Length = 16 + 16 + 16 + 8 + 8 + 4 + 4 + 16 + 1;

    private const int KeyLength = SHA256.HashSizeInBytes;
    private const byte HasKey = 0x80;

    // In the length of the scope: the resource has a length, too, and fields with a kind and a length follow it.
    private const int HasFields = 0x8000;

    private const byte SidField = 1;

    // The texts of a grant are bounded where it is given.
    private const int LongestGrant = 8 * 1024;

    public string Seal(AppClient client, User user, SignInFacts facts)
    {
        var grant = facts.Grant is null ? [] : ToBytes(facts.Grant);
        var head = Length + (facts.Key is null ? 0 : KeyLength);
        Span<byte> plain = stackalloc byte[head + grant.Length];
        user.Sub.TryWriteBytes(plain, bigEndian: true, out _);
        facts.OriginJti.TryWriteBytes(plain[16..], bigEndian: true, out _);
        facts.EventId.TryWriteBytes(plain[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain[48..], facts.AuthTime.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(plain[56..], facts.RefreshExpires.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32BigEndian(plain[64..], facts.Generation);
        BinaryPrimitives.WriteInt32BigEndian(plain[68..], user.SignOuts);
        facts.Device.TryWriteBytes(plain[72..], bigEndian: true, out _);
        plain[88] = (byte)facts.Level;
        if (facts.Key is not null)
        {
            plain[88] |= HasKey;
            Base64Url.DecodeFromChars(facts.Key, plain[Length..]);
        }
        grant.CopyTo(plain[head..]);
        return sealer.Seal(Binding(client), plain);
    }

    /// <exception cref="NotAuthorizedException">It is no refresh token of this client.</exception>
    public async ValueTask<RefreshToken> Open(AppClient client, string token, CancellationToken stop) =>
        await Find(client, token, stop) ?? throw Invalid();

    /// <summary>What the token says; null where it is no refresh token of this client.</summary>
    public async ValueTask<RefreshToken?> Find(AppClient client, string token, CancellationToken stop) =>
        await sealer.Open(Binding(client), token, stop) is { Length: >= Length } plain ? Read(plain) : null;

    /// <summary>Whether a token that is not this client's has the form of one that was issued here: to another client, or changed since.</summary>
    public bool IsForeign(string token) => sealer.HasForm(token);

    public static NotAuthorizedException Invalid() => new("Invalid Refresh Token.");

    private static RefreshToken Read(ReadOnlySpan<byte> plain)
    {
        var isBound = (plain[88] & HasKey) != 0;
        return new(
            new(plain[..16], bigEndian: true),
            new(new(plain.Slice(16, 16), bigEndian: true), new(plain.Slice(32, 16), bigEndian: true),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain[48..])),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain[56..])),
                BinaryPrimitives.ReadInt32BigEndian(plain[64..]), new(plain.Slice(72, 16), bigEndian: true), plain[88] & ~HasKey,
                Grant(plain[(isBound ? Length + KeyLength : Length)..]), isBound ? Base64Url.EncodeToString(plain.Slice(Length, KeyLength)) : null),
            BinaryPrimitives.ReadInt32BigEndian(plain[68..]));
    }

    private static byte[] ToBytes(Grant grant)
    {
        var scope = Encoding.UTF8.GetBytes(grant.Scope);
        var resource = Encoding.UTF8.GetBytes(grant.Resource ?? "");
        if (scope.Length + resource.Length > LongestGrant)
            throw new InvalidOperationException("A grant is longer than any that is given");
        var more = grant.Sid is null ? [] : Field(SidField, grant.Sid);
        var bytes = new byte[2 + scope.Length + resource.Length + (more.Length == 0 ? 0 : 2 + more.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(scope.Length | (more.Length == 0 ? 0 : HasFields)));
        scope.CopyTo(bytes, 2);
        var at = 2 + scope.Length;
        if (more.Length > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)resource.Length);
            at += 2;
            more.CopyTo(bytes, at + resource.Length);
        }
        resource.CopyTo(bytes, at);
        return bytes;
    }

    private static byte[] Field(byte kind, string text)
    {
        var value = Encoding.UTF8.GetBytes(text);
        byte[] field = [kind, 0, 0, .. value];
        BinaryPrimitives.WriteUInt16BigEndian(field.AsSpan(1), (ushort)value.Length);
        return field;
    }

    private static Grant? Grant(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        var first = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        var length = first & ~HasFields;
        var scope = Encoding.UTF8.GetString(bytes.Slice(2, length));
        var rest = bytes[(2 + length)..];
        if ((first & HasFields) == 0)
            return new(scope, rest.IsEmpty ? null : Encoding.UTF8.GetString(rest));
        var resource = Take(ref rest);
        string? sid = null;
        while (!rest.IsEmpty)
        {
            var kind = rest[0];
            rest = rest[1..];
            var value = Take(ref rest);
            if (kind == SidField)
                sid = Encoding.UTF8.GetString(value);
        }
        return new(scope, resource.IsEmpty ? null : Encoding.UTF8.GetString(resource), sid);
    }

    /// <summary>A value with its length before it.</summary>
    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        var value = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return value;
    }

    private static byte[] Binding(AppClient client) => Sealer.Binding(client.Pool.Number, client.Id);
}
