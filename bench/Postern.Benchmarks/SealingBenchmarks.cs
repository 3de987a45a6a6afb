using BenchmarkDotNet.Attributes;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.SignIn;
using Postern.UserPools.Tokens;

namespace Postern.Benchmarks;

/// <summary>State that clients carry: sealed and opened.</summary>
public class SealingBenchmarks
{
    private readonly SignInFacts facts = SignInFacts.New(DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
    private Installation installation = null!;
    private SignInSessions sessions = null!;
    private SignInProgress progress = null!;
    private RefreshTokens refreshTokens = null!;
    private User user = null!;
    private string refreshToken = "";

    [GlobalSetup]
    public async Task Make()
    {
        installation = await Installation.Make();
        var sealer = new Sealer(installation.Ring);
        sessions = new(sealer, installation.Store.SignIns, TimeProvider.System);
        refreshTokens = new(new RefreshTokenSealer(sealer));
        user = installation.NewUser("jane").User;
        progress = new(new(installation.Client, default, null, null, false, new("", "", false)), user, [], default, new()
        {
            Pool = user.Pool,
            ClientId = installation.Client.Id,
            SignIn = Guid.NewGuid(),
            Sub = user.Sub,
            PasswordSet = user.PasswordSet,
            Flow = SignInFlow.Password,
        });
        refreshToken = SealRefreshToken();
    }

    [GlobalCleanup]
    public async Task End() => await installation.DisposeAsync();

    [Benchmark(Description = "seal a session")]
    public string SealSession() => sessions.Seal(progress, ChallengeNameType.NEW_PASSWORD_REQUIRED);

    [Benchmark(Description = "seal a refresh token")]
    public string SealRefreshToken() => refreshTokens.Seal(installation.Client, user, facts);

    [Benchmark(Description = "open a refresh token")]
    public ValueTask<RefreshToken> OpenRefreshToken() => refreshTokens.Open(installation.Client, refreshToken, CancellationToken.None);
}
