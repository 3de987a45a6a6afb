using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class CodeConformance : StoreConformance
{
    private readonly Guid sub = Guid.NewGuid();

    [Fact]
    public async Task A_code_comes_back_by_its_purpose()
    {
        var code = Sample.Code(Pool, sub);
        await Saved(new PutCode(code), new PutCode(Sample.Code(Pool, sub, CodePurpose.ForgotPassword, 9)));
        Same.Codes(code, await Store.Codes.Find(Pool, sub, CodePurpose.SignUp, Stop));
        Assert.Null(await Store.Codes.Find(Pool, sub, CodePurpose.VerifyEmail, Stop));
        Assert.Null(await Store.Codes.Find(Pool, Guid.NewGuid(), CodePurpose.SignUp, Stop));
        Assert.Null(await Store.Codes.Find(Pool + 1, sub, CodePurpose.SignUp, Stop));
    }

    [Fact]
    public async Task A_new_code_replaces_the_one_before()
    {
        var code = Sample.Code(Pool, sub);
        var next = Sample.Code(Pool, sub, hash: 7) with { Value = "new@example.com", Issued = Sample.Now.AddMinutes(1) };
        await Saved(new PutCode(code));
        await Saved(new PutCode(next));
        Same.Codes(next, await Store.Codes.Find(Pool, sub, CodePurpose.SignUp, Stop));
        await Refused(SaveOutcome.AlreadyUsed, new UseCode(code));
        await Saved(new UseCode(next));
    }

    [Fact]
    public async Task A_code_is_used_once()
    {
        var code = Sample.Code(Pool, sub);
        await Saved(new PutCode(code));
        await Saved(new UseCode(code));
        await Refused(SaveOutcome.AlreadyUsed, new UseCode(code));
        Assert.Null(await Store.Codes.Find(Pool, sub, CodePurpose.SignUp, Stop));
    }

    [Fact]
    public async Task The_same_digits_sent_again_are_another_code()
    {
        var code = Sample.Code(Pool, sub);
        await Saved(new PutCode(code with { Issued = Sample.Now.AddMinutes(1) }));
        await Refused(SaveOutcome.AlreadyUsed, new UseCode(code));
    }

    [Fact]
    public async Task A_code_is_dropped_whether_it_is_there_or_not()
    {
        await Saved(new PutCode(Sample.Code(Pool, sub)));
        await Saved(new DropCode(Pool, sub, CodePurpose.SignUp), new DropCode(Pool, sub, CodePurpose.SignUp));
        Assert.Null(await Store.Codes.Find(Pool, sub, CodePurpose.SignUp, Stop));
    }
}
