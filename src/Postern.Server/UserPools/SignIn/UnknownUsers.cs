using System.Buffers.Binary;
using System.Globalization;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.SignIn;

/// <summary>What a name that nobody has looks like: the same for a name each time, from a secret that never rotates (RFC 5054 §2.5.1.3).</summary>
public sealed class UnknownUsers(InstallationSecret secret)
{
    /// <exception cref="UserNotFoundException">The client does not hide who exists.</exception>
    public static void RefuseUnlessHidden(AppClient client)
    {
        if (!client.HidesUsers)
            throw new UserNotFoundException("User does not exist.");
    }

    /// <summary>The stored name that such a user would have: a UUID where the pool makes them, or where the name is of a form that only
    /// aliases have there; else the name, in the form that is stored.</summary>
    public string Username(UserPool pool, string name)
    {
        if (pool.UsernameAttributes.Count > 0)
            return (Users.Users.Sub(name) ?? Sub(pool, name)).ToString();
        var isAlias = (pool.AliasAttributes.Contains("email") && Schema.IsEmail(name)) || (pool.AliasAttributes.Contains("phone_number") && Schema.IsPhoneNumber(name));
        return isAlias ? Sub(pool, name).ToString() : pool.Fold(name);
    }

    /// <summary>The sub that such a user would have.</summary>
    public Guid Sub(UserPool pool, string name)
    {
        var bytes = secret.PoolHash(pool.Number, "unknown-sub"u8, pool.Fold(name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new(bytes, bigEndian: true);
    }

    /// <summary>Such a user: enabled, with nothing to sign in by. Never saved.</summary>
    public User User(UserPool pool, string name) => new(
        pool.Number, Sub(pool, name), Username(pool, name), UserStatus.UNCONFIRMED, true, [], default, default, default, 0, default, default, default, 0);

    /// <summary>Where such a user would get codes: the name itself where it is an address that may be used, else an address made up.</summary>
    /// <param name="allowed">The attributes that codes of this kind may go to, best first; not empty.</param>
    public (string Attribute, string Address) Contact(UserPool pool, string name, IReadOnlyList<string> allowed)
    {
        if (Schema.IsEmail(name) && allowed.Contains("email"))
            return ("email", name);
        if (Schema.IsPhoneNumber(name) && allowed.Contains("phone_number"))
            return ("phone_number", name);
        var hash = secret.PoolHash(pool.Number, "unknown-contact"u8, pool.Fold(name));
        return allowed[0] is "email"
            ? ("email", $"{(char)('a' + (hash[0] % 26))}@{(char)('a' + (hash[1] % 26))}")
            : ("phone_number", string.Create(CultureInfo.InvariantCulture, $"+1000000{BinaryPrimitives.ReadUInt16BigEndian(hash) % 10000:0000}"));
    }

    public byte[] Salt(UserPool pool, string name) => Srp.Salt(secret.PoolHash(pool.Number, "unknown-salt"u8, pool.Fold(name)));

    /// <summary>A verifier that no password has.</summary>
    public byte[] Verifier(UserPool pool, string name) => Srp.FakeVerifier(secret.PoolHash(pool.Number, "unknown-verifier"u8, pool.Fold(name)));
}
