using System.Security.Cryptography;

namespace Postern.Tests.Server;

/// <summary>Few pairs of RSA-2048 for the keys of all pools, in turn: making two for each pool would be most of the time that all tests take. The
/// two of one pool differ, and each key has an id of its own.</summary>
internal static class SharedPairs
{
    private const int Count = 8;

    private static readonly Lazy<byte[]>[] pairs = [.. Enumerable.Range(0, Count).Select(static _ => new Lazy<byte[]>(static () =>
    {
        using var made = RSA.Create(2048);
        return made.ExportRSAPrivateKey();
    }))];

    private static uint turn;

    public static RSA Next()
    {
        var pair = RSA.Create();
        pair.ImportRSAPrivateKey(pairs[Interlocked.Increment(ref turn) % Count].Value, out _);
        return pair;
    }
}
