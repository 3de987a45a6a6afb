using Postern.Contract;

namespace Postern.Wire;

/// <summary>Tells who calls. Development takes the signature's word; production verifies it.</summary>
public interface ICallers
{
    /// <exception cref="WireException">The operation must be signed and is not, or the header is no SigV4.</exception>
    Caller Identify(HttpContext context, bool mustBeSigned);
}

/// <summary>Development: the access key names the account, the credential scope the region; nothing is verified.</summary>
/// <param name="region">The region of callers who do not sign.</param>
/// <param name="publicUrl">The address that clients reach, without a slash at the end.</param>
public sealed class TrustingCallers(string region, string publicUrl) : ICallers
{
    /// <summary>The account of every access key that is not itself an account number.</summary>
    public const string DefaultAccount = "123456789012";

    public Caller Identify(HttpContext context, bool mustBeSigned)
    {
        string? authorization = context.Request.Headers.Authorization;
        if (string.IsNullOrEmpty(authorization))
            return mustBeSigned ? throw WireException.MissingAuthenticationToken() : Unsigned(context);
        if (CredentialScope.TryParse(authorization, out var scope))
            return new(Account(scope.AccessKey), scope.Region, IsSigned: true, Address(context), UserAgent(context), Proof(context.Request));
        return mustBeSigned
            ? throw new WireException("IncompleteSignatureException", 400, "Authorization header requires 'Credential' parameter of the form KEY/DATE/REGION/SERVICE/aws4_request.")
            : Unsigned(context);
    }

    private Caller Unsigned(HttpContext context) => new(DefaultAccount, region, IsSigned: false, Address(context), UserAgent(context), Proof(context.Request));

    private static string? UserAgent(HttpContext context) => context.Request.Headers.UserAgent;

    private SentProof? Proof(HttpRequest request) => request.Headers.TryGetValue("DPoP", out var header)
        ? new(header.ToString(), request.Method, [$"{request.Scheme}://{request.Host.Value}/", publicUrl + "/"])
        : null;

    private static string? Address(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };

    private static string Account(string accessKey) =>
        accessKey.Length == 12 && !accessKey.AsSpan().ContainsAnyExceptInRange('0', '9') ? accessKey : DefaultAccount;
}
