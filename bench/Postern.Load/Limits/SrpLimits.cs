using System.Security.Cryptography;

namespace Postern.Load.Limits;

/// <summary>The server's part of SRP.</summary>
internal static class SrpLimits
{
    public static (double PowerOfGenerator, double PublicValue, double SharedSecret) Measure()
    {
        var group = new SrpGroup();
        var b = RandomNumberGenerator.GetBytes(32);
        var u = RandomNumberGenerator.GetBytes(32);
        var verifier = group.PowerOfGenerator(RandomNumberGenerator.GetBytes(32));
        var publicA = group.PowerOfGenerator(RandomNumberGenerator.GetBytes(32));
        return (
            CpuClock.Microseconds(() => group.PowerOfGenerator(b)),
            CpuClock.Microseconds(() => group.PublicValueOfServer(verifier, b)),
            CpuClock.Microseconds(() => group.SharedSecretOfServer(publicA, verifier, u, b)));
    }
}
