using System.Security.Cryptography;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Cryptography;
using Postern.UserPools.Pools;

namespace Postern.Tests.UserPools.Passwords;

public class PasswordStampTests
{
    [Fact]
    public async Task A_password_is_always_set_later_than_the_one_before_however_soon_or_whatever_the_clock_says()
    {
        var clock = new StandingClock();
        var masterKey = new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Size));
        await using var store = SqliteStore.Open(":memory:", clock);
        using var gate = new SignInGate(1);
        var passwords = new Postern.UserPools.Passwords.Passwords(new Srp(), masterKey, gate, new InstallationSecret(masterKey, store.Installation), clock);
        var pool = new UserPool(new(PoolKind.UserPool, 1, "us-east-1_stamp", "123456789012", "us-east-1", "p", default, default, default, 1), new(new(), new()));
        var user = new User(1, Guid.NewGuid(), "u", UserStatus.CONFIRMED, true, [], default, default, default, 0, default, default, default, 0);

        var first = await passwords.Set(pool, user, "Passw0rd!", default);
        var second = await passwords.Set(pool, first, "Passw0rd!", default);
        Assert.Equal(clock.GetUtcNow(), first.PasswordSet);
        Assert.True(second.PasswordSet.ToUnixTimeMilliseconds() > first.PasswordSet.ToUnixTimeMilliseconds());
        Assert.True((await passwords.Set(pool, user with { PasswordSet = clock.GetUtcNow().AddHours(1) }, "Passw0rd!", default)).PasswordSet > clock.GetUtcNow().AddHours(1));
    }
}
