using System.Security.Cryptography;

namespace Postern.Load.Limits;

/// <summary>RSA-2048 through .NET, one key object kept: a token's signature, and its check.</summary>
internal sealed class RsaLimits : IDisposable
{
    private readonly RSA key = RSA.Create(2048);
    private readonly byte[] hash = SHA256.HashData("what is signed"u8);
    private readonly byte[] signature;

    public RsaLimits() => signature = key.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public double Sign() => CpuClock.Microseconds(
    [
        .. PerCore.Make<Action>(() =>
        {
            var room = new byte[signature.Length];
            return () => key.TrySignHash(hash, room, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, out _);
        }),
    ]);

    public double Verify() => CpuClock.Microseconds(
        [.. PerCore.Make<Action>(() => () => key.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))]);

    public void Dispose() => key.Dispose();
}
