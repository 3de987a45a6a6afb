using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.Benchmarks;

/// <summary>Bodies to records and back, by the generated contract.</summary>
public class ContractBenchmarks
{
    private static readonly byte[] signIn =
        """{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"1example23456789abcdefghij","AuthParameters":{"USERNAME":"jane","PASSWORD":"Bench-Passw0rd!"}}"""u8.ToArray();

    private static readonly byte[] getUser = """{"UserPoolId":"us-east-1_AbCdEf123","Username":"jane"}"""u8.ToArray();

    private readonly ArrayBufferWriter<byte> buffer = new(8192);
    private readonly InitiateAuthRequest signInRequest = Parse<InitiateAuthRequest>(signIn);
    private readonly AdminGetUserRequest getUserRequest = Parse<AdminGetUserRequest>(getUser);
    private Utf8JsonWriter writer = null!;

    private readonly InitiateAuthResponse tokens = new()
    {
        AuthenticationResult = new()
        {
            AccessToken = new('a', 1000),
            IdToken = new('b', 1000),
            RefreshToken = new('c', 1200),
            ExpiresIn = 3600,
            TokenType = "Bearer",
        },
        ChallengeParameters = new Dictionary<string, string>(),
    };

    private readonly AdminGetUserResponse user = new()
    {
        Username = "jane",
        UserAttributes =
        [
            new() { Name = "sub", Value = "5f0f6f8a-0b62-4d4a-9f9e-0c8f1f6f7a11" },
            new() { Name = "email", Value = "jane@example.com" },
            new() { Name = "email_verified", Value = "true" },
            new() { Name = "name", Value = "Jane Doe" },
        ],
        UserCreateDate = DateTimeOffset.UtcNow,
        UserLastModifiedDate = DateTimeOffset.UtcNow,
        Enabled = true,
        UserStatus = UserStatusType.CONFIRMED,
    };

    [GlobalSetup]
    public void Make() => writer = new(buffer, new JsonWriterOptions { SkipValidation = true });

    [GlobalCleanup]
    public void End() => writer.Dispose();

    [Benchmark(Description = "InitiateAuth: read")]
    public InitiateAuthRequest ReadSignIn() => Parse<InitiateAuthRequest>(signIn);

    [Benchmark(Description = "InitiateAuth: validate")]
    public int ValidateSignIn() => Violations(signInRequest);

    [Benchmark(Description = "InitiateAuth: write, with tokens")]
    public int WriteTokens() => Write(tokens);

    [Benchmark(Description = "AdminGetUser: read")]
    public AdminGetUserRequest ReadGetUser() => Parse<AdminGetUserRequest>(getUser);

    [Benchmark(Description = "AdminGetUser: validate")]
    public int ValidateGetUser() => Violations(getUserRequest);

    [Benchmark(Description = "AdminGetUser: write")]
    public int WriteUser() => Write(user);

    private static T Parse<T>(byte[] json)
        where T : IRequest<T>
    {
        var reader = new Utf8JsonReader(json);
        return T.Read(ref reader);
    }

    private static int Violations<T>(T request)
        where T : IRequest<T>
    {
        var violations = new Violations();
        request.Validate(violations);
        return violations.Count;
    }

    private int Write(IResponse response)
    {
        buffer.ResetWrittenCount();
        writer.Reset();
        response.Write(writer);
        writer.Flush();
        return buffer.WrittenCount;
    }
}
