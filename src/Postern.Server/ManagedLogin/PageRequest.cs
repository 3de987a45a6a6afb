using Postern.Contract;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using RazorSlices;

namespace Postern.ManagedLogin;

/// <summary>A request for one of the pages, with what all of them need.</summary>
/// <param name="Request">To which domain.</param>
/// <param name="Authorization">The OAuth request that the flow serves, from the page's query.</param>
/// <param name="Csrf">The browser's token, for hidden fields.</param>
/// <param name="Form">What was posted; empty for GET.</param>
public sealed record PageRequest(DomainRequest Request, AuthorizationRequest Authorization, Texts Texts, string Csrf, IFormCollection Form)
{
    /// <summary>The look of the client's pages.</summary>
    public Theme Theme { get; init; } = Theme.Default;

    public AppClient Client => Authorization.Client;

    public CancellationToken Stop => Request.Stop;

    /// <summary>The address of another page of the same flow.</summary>
    public string Link(string path) => Request.Base + path + Authorization.Parameters.Query + AssumedType;

    /// <summary>The address that leads to an external provider with the same request.</summary>
    /// <param name="parameter"><c>identity_provider</c> or <c>idp_identifier</c>; what the query has of both is left out.</param>
    public string ProviderLink(string parameter, string value)
    {
        var others = (Authorization.Parameters.Query + AssumedType).TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(static pair => Uri.UnescapeDataString(pair.Split('=')[0]) is not ("identity_provider" or "idp_identifier"));
        return $"{Request.Base}/oauth2/authorize?{string.Join('&', others.Append($"{parameter}={Uri.EscapeDataString(value)}"))}";
    }

    /// <summary>A field of the form; empty where it is absent.</summary>
    public string Field(string name) => Form[name].ToString();

    /// <summary>Who is at the other end, for operations.</summary>
    public Caller Caller => Request.Caller;

    // What the first page took for granted, the pages after it are told.
    private string AssumedType => Authorization.Parameters.ResponseType is not null ? ""
        : Authorization.ResponseType is ResponseType.Token ? "&response_type=token" : "&response_type=code";

    public Task Render(RazorSlice view, int status = 200) => PageWriter.Write(Request, view, status, Authorization.RedirectUri);

    public Task Redirect(string location)
    {
        Request.Context.Response.Redirect(location);
        return Task.CompletedTask;
    }
}
