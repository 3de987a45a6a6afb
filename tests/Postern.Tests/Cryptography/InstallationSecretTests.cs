using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public class InstallationSecretTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_nodes_of_an_installation_hash_alike_and_another_installation_does_not()
    {
        var masterKey = new MasterKey(new byte[32]);
        var installation = new MemoryInstallation();
        var one = await Loaded(masterKey, installation);
        var two = await Loaded(masterKey, installation);
        var other = await Loaded(masterKey, new MemoryInstallation());
        Assert.Equal(one.PoolHash(7, "salt"u8, "alice"), two.PoolHash(7, "salt"u8, "alice"));
        Assert.NotEqual(one.PoolHash(7, "salt"u8, "alice"), other.PoolHash(7, "salt"u8, "alice"));
        Assert.Equal(32, one.PoolHash(7, "salt"u8, new string('ä', 5000)).Length);
    }

    [Fact]
    public async Task Pool_purpose_and_text_can_not_run_into_each_other()
    {
        var secret = await Loaded(new MasterKey(new byte[32]), new MemoryInstallation());
        Gen.Select(Gen.Long, Gen.Byte.Array[0, 12], Gen.String.AlphaNumeric, Gen.Long, Gen.Byte.Array[0, 12], Gen.String.AlphaNumeric).Sample(
            (pool, purpose, text, otherPool, otherPurpose, otherText) =>
                secret.PoolHash(pool, purpose, text).AsSpan().SequenceEqual(secret.PoolHash(otherPool, otherPurpose, otherText))
                == (pool == otherPool && purpose.AsSpan().SequenceEqual(otherPurpose) && text == otherText));
        Assert.NotEqual(secret.PoolHash(1, "ab"u8, "c"), secret.PoolHash(1, "a"u8, "bc"));
    }

    [Fact]
    public void It_says_that_it_must_be_loaded() =>
        Assert.Throws<InvalidOperationException>(() => new InstallationSecret(new MasterKey(new byte[32]), new MemoryInstallation()).PoolHash(1, "a"u8, "b"));

    private static async Task<InstallationSecret> Loaded(MasterKey masterKey, MemoryInstallation installation)
    {
        var secret = new InstallationSecret(masterKey, installation);
        await secret.Load(Stop);
        await secret.Load(Stop);
        return secret;
    }
}
