namespace Postern.OAuth.Authorize;

/// <summary>The pages, as the endpoints see them that show nothing themselves.</summary>
public interface ISignInPages
{
    /// <summary>Leaves the browser the cookies that a form needs, and answers where its sign-in page is.</summary>
    /// <param name="query">The authorization request, with its question mark.</param>
    string Enter(DomainRequest request, string query);

    /// <summary>Tells a fault where there is nowhere to send the browser.</summary>
    Task ShowFault(DomainRequest request, string text, int status);
}
