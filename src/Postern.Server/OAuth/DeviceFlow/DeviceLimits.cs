using System.Net;
using System.Net.Sockets;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;

namespace Postern.OAuth.DeviceFlow;

/// <summary>How much devices, and who types their codes, may do. It bounds the rows that wait, and makes guessing hopeless (RFC 8628, §5.1): with
/// 10,000 devices that wait, the guesses that a pool takes find one within an hour once in 2,500 times.</summary>
/// <remarks>Addresses of version 6 count by their first 64 bits, which one customer has.</remarks>
/// <param name="devicesOfClient">That may begin within <see cref="DeviceAuthorizations.Lifetime"/>, from all addresses.</param>
public sealed class DeviceLimits(IAttemptStore attempts, InstallationSecret secret, AttemptLimits limits, int devicesOfClient, TimeProvider time, ILogger logger)
{
    /// <summary>Devices of a client that may begin within <see cref="DeviceAuthorizations.Lifetime"/> from one address.</summary>
    public const int DevicesOfAddress = 100;

    /// <summary>Codes that one address may type within an hour, right ones included: whoever guesses could type a right one of his own in between.</summary>
    public const int CodesOfAddress = 60;

    /// <summary>Wrong codes that a pool takes within an hour, from all addresses. Right ones do not count: a pool may have many devices.</summary>
    public const int WrongCodesOfPool = 1000;

    /// <summary>Counts a device that begins: whatever is off, rows are bounded.</summary>
    /// <exception cref="OAuthException">429: there were too many.</exception>
    public async ValueTask CountDevice(DomainRequest request, AppClient client)
    {
        var (pool, address) = (request.Pool, $"{client.Id} {Network(request)}");
        if (await Count(pool, LimitedAction.DeviceOfAddress, address, DeviceAuthorizations.Lifetime, request.Stop) > DevicesOfAddress
            || await Count(pool, LimitedAction.DeviceOfClient, client.Id, DeviceAuthorizations.Lifetime, request.Stop) > devicesOfClient)
            throw new OAuthException("temporarily_unavailable") { Status = StatusCodes.Status429TooManyRequests };
    }

    /// <summary>Counts a code that somebody typed, before anything is looked up; false where there were too many.</summary>
    public async ValueTask<bool> CountCode(DomainRequest request)
    {
        if (!limits.IsOn)
            return true;
        var pool = request.Pool;
        var wrong = await attempts.Find(pool.Number, Key(pool, LimitedAction.WrongDeviceCode, ""), request.Stop);
        return (wrong.Count < WrongCodesOfPool || time.GetUtcNow() - wrong.First >= AttemptLimits.Window)
            && await Count(pool, LimitedAction.DeviceCodeOfAddress, Network(request), AttemptLimits.Window, request.Stop) <= CodesOfAddress;
    }

    /// <summary>Counts a code that nobody waits with.</summary>
    public async ValueTask CountWrongCode(DomainRequest request)
    {
        if (limits.IsOn && await Count(request.Pool, LimitedAction.WrongDeviceCode, "", AttemptLimits.Window, request.Stop) == WrongCodesOfPool)
            logger.WrongDeviceCodes(request.Pool.Id, WrongCodesOfPool);
    }

    private async ValueTask<int> Count(UserPool pool, LimitedAction action, string who, TimeSpan window, CancellationToken stop) =>
        (await attempts.Add(pool.Number, Key(pool, action, who), time.GetUtcNow(), window, sliding: false, stop)).Count;

    private AttemptKey Key(UserPool pool, LimitedAction action, string who) =>
        new((byte)action, new(secret.PoolHash(pool.Number, "device limits"u8, who).AsSpan(0, 16), bigEndian: true));

    private static string Network(DomainRequest request) => request.Context.Connection.RemoteIpAddress switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } six => new IPAddress([.. six.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString(),
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var four => four.ToString(),
    };
}
