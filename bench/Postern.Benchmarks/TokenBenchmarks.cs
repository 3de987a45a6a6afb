using BenchmarkDotNet.Attributes;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.Benchmarks;

/// <summary>The tokens of a sign-in: payloads, and two signatures.</summary>
public class TokenBenchmarks
{
    private static readonly byte[] payload = new byte[700];

    private readonly SignInGate gate = new(concurrency: 1);
    private readonly SignInFacts facts = SignInFacts.New(DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
    private Installation installation = null!;
    private TokenMaker maker = null!;
    private SigningKey key = null!;
    private User user = null!;

    [GlobalSetup]
    public async Task Make()
    {
        installation = await Installation.Make();
        maker = new(
            installation.SigningKeys, new RefreshTokens(new RefreshTokenSealer(new Sealer(installation.Ring))), new Issuer("http://localhost:9229", "postern"), gate,
            TimeProvider.System);
        key = (await installation.SigningKeys.Get(installation.Client.Pool.Number, CancellationToken.None)).AccessToken;
        user = installation.NewUser("jane").User;
    }

    [GlobalCleanup]
    public async Task End()
    {
        gate.Dispose();
        await installation.DisposeAsync();
    }

    [Benchmark(Description = "ID, access and refresh token of a sign-in")]
    public ValueTask<AuthenticationResultType> SignIn() => maker.Make(installation.Client, user, [], facts, withRefreshToken: true, CancellationToken.None);

    [Benchmark(Description = "one token of 700 bytes of claims")]
    public string OneToken() => Jwt.Sign(key, payload);
}
