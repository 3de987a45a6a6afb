using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class SignInConformance : StoreConformance
{
    private readonly Guid id = Guid.NewGuid();

    [Fact]
    public async Task A_sign_in_is_revoked_in_its_pool_any_number_of_times()
    {
        Assert.False(await Store.SignIns.IsRevoked(Pool, id, Stop));
        await Saved(new Revoke(Pool, id, Sample.Now), new Revoke(Pool, id, Sample.Now.AddDays(1)));
        Assert.True(await Store.SignIns.IsRevoked(Pool, id, Stop));
        Assert.False(await Store.SignIns.IsRevoked(Pool + 1, id, Stop));
    }

    [Fact]
    public async Task A_revocation_is_kept_to_the_latest_end_told()
    {
        await Saved(new Revoke(Pool, id, Sample.Now.AddDays(2)));
        await Saved(new Revoke(Pool, id, Sample.Now.AddDays(1)));
        await Store.Installation.Purge(Sample.Now.AddDays(1), 10, Stop);
        Assert.True(await Store.SignIns.IsRevoked(Pool, id, Stop));
    }

    [Fact]
    public async Task The_sessions_of_a_sign_in_are_used_once()
    {
        Assert.False(await Store.SignIns.IsUsed(Pool, id, Stop));
        await Saved(new UseSession(Pool, id, Sample.Now));
        Assert.True(await Store.SignIns.IsUsed(Pool, id, Stop));
        await Refused(SaveOutcome.AlreadyUsed, new UseSession(Pool, id, Sample.Now.AddDays(1)));
        await Saved(new UseSession(Pool + 1, id, Sample.Now));
    }

    [Fact]
    public async Task A_rotation_goes_on_by_one()
    {
        Assert.Null(await Store.SignIns.FindRotation(Pool, id, Stop));
        await Refused(SaveOutcome.VersionLost, new PutRotation(Generation(2)));
        await Saved(new PutRotation(Generation(1)));
        Assert.Equal(Generation(1), await Store.SignIns.FindRotation(Pool, id, Stop));
        await Refused(SaveOutcome.VersionLost, new PutRotation(Generation(1)));
        await Refused(SaveOutcome.VersionLost, new PutRotation(Generation(3)));
        await Saved(new PutRotation(Generation(2)));
        Assert.Equal(Generation(2), await Store.SignIns.FindRotation(Pool, id, Stop));
        Assert.Null(await Store.SignIns.FindRotation(Pool + 1, id, Stop));
    }

    private Rotation Generation(int generation) => new(Pool, id, generation, Sample.Now.AddMinutes(generation), Sample.Now.AddDays(30));
}
