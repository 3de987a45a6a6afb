using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Postern.Cryptography;

namespace Postern.Benchmarks;

/// <summary>The server's side of SRP, by libcrypto and by the managed fallback.</summary>
public class SrpBenchmarks
{
    private const string Time = "Tue Jan 1 00:00:00 UTC 2030";

    private readonly byte[] salt = Srp.NewSalt();
    private readonly byte[] block = RandomNumberGenerator.GetBytes(600);
    private readonly byte[] signature = new byte[32];
    private readonly string srpA = "1" + Convert.ToHexString(RandomNumberGenerator.GetBytes(380));
    private Srp srp = null!;
    private byte[] verifier = [];
    private SrpExchange exchange = null!;

    [Params("libcrypto", "managed")]
    public string Arithmetic { get; set; } = "";

    [GlobalSetup]
    public void Make()
    {
        srp = Arithmetic is "managed" ? new(new ManagedArithmetic()) : new();
        srp.Prepare();
        verifier = srp.Verifier("AbCdEf123", "jane", Installation.Password, salt);
        exchange = srp.Begin(verifier, srpA)!;
    }

    [Benchmark(Description = "check a password (g^x)")]
    public bool Check() => srp.Check(verifier, "AbCdEf123", "jane", Installation.Password, salt);

    [Benchmark(Description = "begin an exchange (B)")]
    public SrpExchange? Begin() => srp.Begin(verifier, srpA);

    [Benchmark(Description = "check a proof (S)")]
    public bool Verify() => srp.Verify(exchange.State.Span, verifier, "AbCdEf123", "jane", block, Time, signature);
}
