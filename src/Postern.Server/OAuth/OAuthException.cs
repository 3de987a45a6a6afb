namespace Postern.OAuth;

/// <summary>A fault of an OAuth request, in the RFC's words. Each endpoint answers it in its own form: JSON, a redirect, or a page.</summary>
/// <param name="error">RFC 6749's code, or Cognito's own.</param>
/// <param name="description">For developers; null where Cognito tells none.</param>
public sealed class OAuthException(string error, string? description = null) : Exception(description ?? error)
{
    public string Error { get; } = error;

    public string? Description { get; } = description;

    /// <summary>Of the JSON form.</summary>
    public int Status { get; init; } = 400;

    /// <summary>Where the fault is told by redirect; null where it is told on a page, since nowhere is safe to send the browser.</summary>
    public string? Location { get; init; }
}
