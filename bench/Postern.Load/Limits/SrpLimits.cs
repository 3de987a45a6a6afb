using System.Security.Cryptography;

namespace Postern.Load.Limits;

/// <summary>The server's part of SRP.</summary>
internal sealed class SrpLimits
{
    private readonly SrpGroup[] groups = [.. PerCore.Make(static () => new SrpGroup())];
    private readonly byte[] b = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] u = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] verifier;
    private readonly byte[] publicA;

    public SrpLimits()
    {
        verifier = groups[0].PowerOfGenerator(RandomNumberGenerator.GetBytes(32));
        publicA = groups[0].PowerOfGenerator(RandomNumberGenerator.GetBytes(32));
    }

    public double PowerOfGenerator() => Cost(group => group.PowerOfGenerator(b));

    public double PublicValue() => Cost(group => group.PublicValueOfServer(verifier, b));

    public double SharedSecret() => Cost(group => group.SharedSecretOfServer(publicA, verifier, u, b));

    private double Cost(Func<SrpGroup, byte[]> work) => CpuClock.Microseconds([.. groups.Select<SrpGroup, Action>(group => () => work(group))]);
}
