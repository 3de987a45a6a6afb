using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary><c>/error?error=…</c>: shows text only, whoever wrote the address.</summary>
/// <remarks>OAuth sheet, "Contradictions and decisions", Error page. That the status is 400 there is unverified against the service.</remarks>
public sealed class ErrorPage(Languages languages) : IDomainEndpoint
{
    private const int LongestText = 500;

    public IReadOnlyList<string> Paths { get; } = ["/error"];

    public Task Serve(DomainRequest request) => BrowserHeaders.Begin(request)
        ? Show(request, request.Context.Request.Query["error"].ToString(), StatusCodes.Status400BadRequest)
        : Task.CompletedTask;

    /// <summary>Tells a fault at any address.</summary>
    public Task Show(DomainRequest request, string text, int status) =>
        PageWriter.Write(request, Views.Error.Create(new(request, languages.Of(null), text.Length <= LongestText ? text : text[..LongestText])), status);
}
