using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Postern.OAuth.Push;

namespace Postern.OAuth.Authorize;

/// <summary>The parameters of an authorization request as they were sent. All pages of a flow carry them in their query.</summary>
/// <remarks>OAuth sheet, "/oauth2/authorize". The case of their names matters (RFC 6749, §1.9).</remarks>
/// <param name="query">With its question mark.</param>
public sealed class AuthorizationParameters(IReadOnlyDictionary<string, StringValues> values, string query)
{
    public string Query { get; } = query;

    public string? ResponseType => Find("response_type");

    public string? ClientId => Find("client_id");

    public string? RedirectUri => Find("redirect_uri");

    public string? Scope => Find("scope");

    public string? Nonce => Find("nonce");

    public string? CodeChallenge => Find("code_challenge");

    public string? CodeChallengeMethod => Find("code_challenge_method");

    public string? IdentityProvider => Find("identity_provider");

    public string? IdpIdentifier => Find("idp_identifier");

    public string? Language => Find("lang");

    public string? LoginHint => Find("login_hint");

    public string? Prompt => Find("prompt");

    public string? MaxAge => Find("max_age");

    public string? Resource => Find("resource");

    /// <summary>The state as its characters stand in the query, so that it comes back byte for byte; null where there is none.</summary>
    /// <remarks>The server lets none but ASCII without blanks and controls into a query: it is safe in a header as it stands.</remarks>
    public string? RawState { get; private init; } = Raw(query, "state");

    /// <summary>Whether the client sent them itself, not the browser (RFC 9126).</summary>
    public bool IsPushed { get; private init; }

    /// <summary>The pushed request that they are of; null while it is pushed, and where there is none.</summary>
    public PushedRequest? Pushed { get; private init; }

    /// <summary>A parameter's value, the first where there are several; null where it is absent or empty.</summary>
    public string? Find(string name) => values.TryGetValue(name, out var value) && value.Count > 0 && value[0] is { Length: > 0 } text ? text : null;

    /// <summary>Whether a parameter is given more than once.</summary>
    public bool IsRepeated(string name) => values.TryGetValue(name, out var value) && value.Count > 1;

    public static AuthorizationParameters Of(DomainRequest request) => new(Read(request.Query), request.Query);

    /// <summary>Those that a client pushes now.</summary>
    /// <param name="query">With its question mark.</param>
    public static AuthorizationParameters Pushing(string query) => new(Read(query), query) { IsPushed = true };

    /// <summary>Those that a client pushed before. Of what the browser sends beside them counts what the user chose on the pages alone: the language,
    /// and a provider where the client chose none.</summary>
    /// <param name="carried">What pages carry in their query instead.</param>
    public static AuthorizationParameters OfPushed(PushedRequest pushed, string carried, AuthorizationParameters given)
    {
        var values = Read(pushed.Query);
        ReadOnlySpan<string> chosen = values.ContainsKey("identity_provider") || values.ContainsKey("idp_identifier") ? ["lang"] : ["lang", "identity_provider", "idp_identifier"];
        foreach (var name in chosen)
        {
            if (given.Find(name) is { } value)
                values.TryAdd(name, value);
        }
        return new(values, carried) { RawState = Raw(pushed.Query, "state"), IsPushed = true, Pushed = pushed };
    }

    private static Dictionary<string, StringValues> Read(string query)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().ToString();
            values[name] = StringValues.Concat(values.GetValueOrDefault(name), pair.DecodeValue().ToString());
        }
        return values;
    }

    private static string? Raw(string query, string name)
    {
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (pair.EncodedValue.Length > 0 && pair.DecodeName().Span.SequenceEqual(name))
                return pair.EncodedValue.ToString();
        }
        return null;
    }
}
