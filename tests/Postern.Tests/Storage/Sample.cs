using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Tests.Storage;

/// <summary>Rows that storage tests keep.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static long Number() => RandomNumberGenerator.GetInt32(int.MaxValue) * 4096L + RandomNumberGenerator.GetInt32(4096);

    public static StoredPool Pool(long number, string? id = null, string name = "customers", PoolKind kind = PoolKind.UserPool) => new(
        kind, number, id ?? $"us-east-1_{number:x}", "123456789012", "us-east-1", name, "{\"a\":1}"u8.ToArray(), Now, Now, Version: 0);

    public static User User(long pool, string username = "jane", params (string Name, string Value)[] attributes) => new(
        pool, Guid.NewGuid(), username, UserStatus.CONFIRMED, Enabled: true, [.. attributes.Select(a => KeyValuePair.Create(a.Name, a.Value))],
        RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(412), Now, SignOuts: 3, "{}"u8.ToArray(), Now, Now.AddMinutes(1), Version: 0);

    public static StoredGroup Group(long pool, string name, int? precedence = null) =>
        new(pool, name, $"The {name}", "arn:aws:iam::123456789012:role/" + name, precedence, Now, Now, Version: 0);

    public static StoredCode Code(long pool, Guid sub, CodePurpose purpose = CodePurpose.SignUp, byte hash = 1) =>
        new(pool, sub, purpose, new byte[] { hash, 2, 3 }, "email", "jane@example.com", Now, Now.AddHours(24));

    public static UserPart Part(long pool, Guid sub, string name = "phone", UserPartKind kind = UserPartKind.Device) => new(
        pool, sub, kind, name, Now, Now.AddMinutes(1), Now.AddDays(1), RandomNumberGenerator.GetBytes(412), "{\"c\":3}"u8.ToArray(), Version: 0);

    public static StoredMessage Message(long pool, string to = "jane@example.com", DateTimeOffset? at = null) => new(
        Guid.NewGuid(), pool, at ?? Now, to, RandomNumberGenerator.GetBytes(40), MessageState.Queued, Attempts: 0, at ?? Now, (at ?? Now).AddDays(1));

    public static StoredResource Client(long pool, string name = "app") =>
        new(pool, ResourceKind.Client, name, "{\"b\":2}"u8.ToArray(), "sealed"u8.ToArray(), Now, Now, Version: 0);

    public static StoredKey Key(string kid, DateTimeOffset? created = null) => new(kid, RandomNumberGenerator.GetBytes(64), created ?? Now);
}

/// <summary>Records hold bytes by reference; these compare what is in them.</summary>
internal static class Same
{
    public static void Users(User expected, User? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Attributes, actual.Attributes);
        Assert.Equal(expected.Salt.ToArray(), actual.Salt.ToArray());
        Assert.Equal(expected.Verifier.ToArray(), actual.Verifier.ToArray());
        Assert.Equal(expected.State.ToArray(), actual.State.ToArray());
        Assert.Equal(expected, actual with
        {
            Attributes = expected.Attributes, Salt = expected.Salt, Verifier = expected.Verifier, State = expected.State,
        });
    }

    public static void Pools(StoredPool expected, StoredPool? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Settings.ToArray(), actual.Settings.ToArray());
        Assert.Equal(expected, actual with { Settings = expected.Settings });
    }

    public static void Resources(StoredResource expected, StoredResource? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Settings.ToArray(), actual.Settings.ToArray());
        Assert.Equal(expected.Secret.ToArray(), actual.Secret.ToArray());
        Assert.Equal(expected, actual with { Settings = expected.Settings, Secret = expected.Secret });
    }

    public static void Parts(UserPart expected, UserPart? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Secret.ToArray(), actual.Secret.ToArray());
        Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
        Assert.Equal(expected, actual with { Secret = expected.Secret, Data = expected.Data });
    }

    public static void Codes(StoredCode expected, StoredCode? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Hash.ToArray(), actual.Hash.ToArray());
        Assert.Equal(expected, actual with { Hash = expected.Hash });
    }

    public static void Messages(StoredMessage expected, StoredMessage? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Content.ToArray(), actual.Content.ToArray());
        Assert.Equal(expected, actual with { Content = expected.Content });
    }

    public static void Keys(StoredKey expected, StoredKey actual)
    {
        Assert.Equal(expected.Sealed.ToArray(), actual.Sealed.ToArray());
        Assert.Equal(expected, actual with { Sealed = expected.Sealed });
    }
}
