using System.Buffers;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.BackChannel;

/// <summary>Where a client wants to be told that a session ended: its <c>backchannel_logout_uri</c>.</summary>
/// <remarks>OpenID Connect Back-Channel Logout 1.0, §2.2. Cognito's clients have no field for it: the pool's tag
/// <c>postern:backchannel-logout-uri:{client id}</c> names it. Where it leads is judged when it is called.</remarks>
public static class LogoutAddress
{
    public const string TagPrefix = PoolSwitch.Prefix + "backchannel-logout-uri:";

    private const int Longest = 256;

    private static readonly SearchValues<char> forbidden = SearchValues.Create(" \t\r\n\\#");

    /// <summary>Of a client; null where it has none, or the pool did not switch it on for the client.</summary>
    public static string? Of(AppClient client) =>
        PoolSwitch.BackChannelLogout.IsOn(client.Pool, client.Id) ? client.Pool.Settings.UserPoolTags?.GetValueOrDefault(TagPrefix + client.Id) : null;

    /// <summary>What is wrong with a tag's value; null where nothing is.</summary>
    public static string? Problem(string value) => value.Length <= Longest && IsGood(value)
        ? null
        : $"is an address by https, or by http on this machine, without a fragment, of at most {Longest} characters.";

    private static bool IsGood(string value) =>
        !value.AsSpan().ContainsAny(forbidden) && Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
        && (uri.Scheme is "https" || (uri.Scheme is "http" && uri.IsLoopback));
}
