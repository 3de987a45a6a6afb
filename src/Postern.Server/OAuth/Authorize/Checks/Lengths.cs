using System.Text;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>How long parameters may be that an answer, a code or a token carries: all of them must still fit where they are used next.</summary>
/// <remarks>Ours; the service's bounds are not known. A request line is bounded by the server at 8 KiB.</remarks>
public static class Lengths
{
    /// <summary>In UTF-8, as all of these. The access token carries the scopes in a header of each request to an API.</summary>
    public const int LongestScope = 4096;

    private static readonly (string Name, int Longest)[] bounds =
    [
        ("scope", LongestScope), ("nonce", 1024), ("resource", 1024), ("code_challenge", 128), ("login_hint", 2048), ("prompt", 256),
    ];

    private const int LongestState = 4096;

    /// <exception cref="OAuthException">One is longer, or a text of the code's holds control characters.</exception>
    public static void Check(AuthorizationParameters parameters)
    {
        foreach (var (name, longest) in bounds)
        {
            if (parameters.Find(name) is not { } value)
                continue;
            if (Encoding.UTF8.GetByteCount(value) > longest)
                throw new OAuthException("invalid_request", $"{name} is longer than {longest} bytes");
            if (value.AsSpan().ContainsAnyInRange('\0', '\x1f'))
                throw new OAuthException("invalid_request", $"{name} holds control characters");
        }
        if (parameters.RawState?.Length > LongestState)
            throw new OAuthException("invalid_request", $"state is longer than {LongestState} bytes");
    }
}
