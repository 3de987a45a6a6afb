using System.Net;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>Who is at the other end of a sign-in, where the caller is a server that tells so.</summary>
/// <remarks>Security sheet, "Context". What is no IP address is passed over.</remarks>
internal static class CallContext
{
    /// <summary>What an administrator's server says of its own caller counts for all that it says.</summary>
    public static Caller On(this Caller caller, ContextDataType? context) => context is null ? caller : caller with
    {
        Address = Address(context.IpAddress) ?? caller.Address,
        UserAgent = context.HttpHeaders.FirstOrDefault(static header => string.Equals(header.HeaderName, "User-Agent", StringComparison.OrdinalIgnoreCase))?.HeaderValue,
    };

    /// <summary>An address that anybody tells counts only where the client has a secret and says so (EnablePropagateAdditionalUserContextData).</summary>
    public static Caller On(this Caller caller, UserContextDataType? context, AppClient client) =>
        client.HasSecret && client.Settings.EnablePropagateAdditionalUserContextData is true && Address(context?.IpAddress) is { } address
            ? caller with { Address = address }
            : caller;

    private static string? Address(string? text) => IPAddress.TryParse(text, out var address) ? address.ToString() : null;
}
