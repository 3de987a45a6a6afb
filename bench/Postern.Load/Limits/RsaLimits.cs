using System.Security.Cryptography;

namespace Postern.Load.Limits;

/// <summary>RSA-2048 through .NET, one key object kept: a token's signature, and its check.</summary>
internal static class RsaLimits
{
    public static (double Sign, double Verify) Measure()
    {
        using var key = RSA.Create(2048);
        var hash = SHA256.HashData("what is signed"u8);
        var signature = new byte[256];
        var sign = CpuClock.Microseconds(() => key.TrySignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, out _));
        var verify = CpuClock.Microseconds(() => key.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return (sign, verify);
    }
}
