using System.Text.Json;
using System.Text.Unicode;

namespace Postern.OAuth.Registration;

/// <summary>What an application says of the client that it registers (RFC 7591, §2). Members that are left out are null; those that are not
/// here are ignored, as the RFC allows, and not told back.</summary>
/// <param name="Scope">Scopes, separated by spaces.</param>
/// <param name="Jwks">A set of public keys, as JSON.</param>
/// <param name="LogoutUris">OpenID Connect's post_logout_redirect_uris: where <c>/logout</c> may lead.</param>
public sealed record ClientMetadata(
    IReadOnlyList<string>? RedirectUris, string? AuthMethod, IReadOnlyList<string>? GrantTypes, IReadOnlyList<string>? ResponseTypes,
    string? ClientName, string? Scope, IReadOnlyList<string>? LogoutUris, string? JwksUri = null, string? Jwks = null)
{
    private const int MostElements = 100;

    // Members that are ignored may be deep: a set of keys is four levels.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="OAuthException"><c>invalid_client_metadata</c>: no JSON object, or a member of another type than the RFC gives it.</exception>
    public static ClientMetadata Read(ReadOnlyMemory<byte> json)
    {
        var members = Parse(json.Span);
        return new(
            List(members, "redirect_uris"), Text(members, "token_endpoint_auth_method"), List(members, "grant_types"), List(members, "response_types"),
            Text(members, "client_name"), Text(members, "scope"), List(members, "post_logout_redirect_uris"),
            Text(members, "jwks_uri"), Object(members, "jwks"));
    }

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            if (Utf8.IsValid(json) && JsonElement.Parse(json, Strict) is { ValueKind: JsonValueKind.Object } members)
                return members;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)   // the latter: a name that is no text
        {
        }
        throw Invalid("The client metadata must be a JSON object.");
    }

    private static string? Text(JsonElement members, string name) =>
        !members.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null : String(value, name);

    private static string? Object(JsonElement members, string name) =>
        !members.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
            : value.ValueKind is JsonValueKind.Object ? value.GetRawText() : throw Invalid($"{name} must be a JSON object.");

    private static List<string>? List(JsonElement members, string name)
    {
        if (!members.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        return value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= MostElements
            ? [.. value.EnumerateArray().Select(element => String(element, name))]
            : throw Invalid($"{name} must be an array of at most {MostElements} strings.");
    }

    private static string String(JsonElement value, string name)
    {
        try
        {
            if (value.ValueKind is JsonValueKind.String)
                return value.GetString()!;
        }
        catch (InvalidOperationException)   // an escaped half of a surrogate pair is JSON, but no text
        {
        }
        throw Invalid($"{name} must be made of strings.");
    }

    private static OAuthException Invalid(string description) => new("invalid_client_metadata", description);
}
