using System.Security.Cryptography;
using System.Text;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>Proof that the caller knows the client's secret: base64(HMAC-SHA256(secret, username ‖ clientId)).</summary>
/// <remarks>User pools sheet, "Secret hash"; texts: errors sheet, "Secret hash and client secret".</remarks>
public static class SecretHash
{
    /// <summary>Checks <c>SecretHash</c> of SignUp, ForgotPassword and their like.</summary>
    /// <param name="names">The name sent in the same request, and others that count as well (the stored name).</param>
    /// <exception cref="NotAuthorizedException">It is missing or wrong.</exception>
    public static void Check(AppClient client, string? hash, params ReadOnlySpan<string?> names)
    {
        if (!client.HasSecret)
            return;
        if (string.IsNullOrEmpty(hash))
            throw new NotAuthorizedException($"Client {client.Id} is configured for secret but secret was not received");
        if (!IsRight(client, hash, names))
            throw new NotAuthorizedException($"Unable to verify secret hash for client {client.Id}");
    }

    /// <summary>Checks <c>SECRET_HASH</c> of InitiateAuth and RespondToAuthChallenge.</summary>
    /// <inheritdoc cref="Check"/>
    public static void CheckParameter(AppClient client, string? hash, params ReadOnlySpan<string?> names)
    {
        if (client.HasSecret && string.IsNullOrEmpty(hash))
            throw new NotAuthorizedException($"Client {client.Id} is configured with secret but SECRET_HASH was not received");
        Check(client, hash, names);
    }

    public static bool IsRight(AppClient client, string hash, params ReadOnlySpan<string?> names)
    {
        Span<byte> given = stackalloc byte[48];
        if (hash.Length > 64 || !Convert.TryFromBase64String(hash, given, out var length) || length != HMACSHA256.HashSizeInBytes)
            return false;
        var isRight = false;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in client.Secrets)
        {
            foreach (var name in names)
            {
                if (name is null)
                    continue;
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Value), Encoding.UTF8.GetBytes(name + client.Id), expected);
                isRight |= CryptographicOperations.FixedTimeEquals(expected, given[..length]);
            }
        }
        return isRight;
    }

    /// <summary>The hash that proves a client's own pages; null for a client without a secret.</summary>
    public static string? Of(AppClient client, string name) => !client.HasSecret ? null
        : Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(client.Secrets[^1].Value), Encoding.UTF8.GetBytes(name + client.Id)));

    /// <summary>Whether a raw client secret is one of the client's.</summary>
    public static bool IsSecret(AppClient client, string? secret)
    {
        var isRight = false;
        foreach (var live in client.Secrets)
            isRight |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(live.Value), Encoding.UTF8.GetBytes(secret ?? ""));
        return isRight;
    }
}
