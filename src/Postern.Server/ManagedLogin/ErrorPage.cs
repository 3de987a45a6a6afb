using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary><c>/error?error=…</c>: shows text only.</summary>
public sealed class ErrorPage(Languages languages) : IDomainEndpoint
{
    private const int LongestText = 500;

    public IReadOnlyList<string> Paths { get; } = ["/error"];

    public Task Serve(DomainRequest request)
    {
        var text = request.Context.Request.Query["error"].ToString();
        return PageWriter.Write(request, Views.Error.Create(new(request, languages.Of(null), text.Length <= LongestText ? text : text[..LongestText])), 400);
    }
}
