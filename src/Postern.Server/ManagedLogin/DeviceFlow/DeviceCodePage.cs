using Postern.ManagedLogin.Views;
using Postern.OAuth;
using Postern.OAuth.DeviceFlow;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.DeviceFlow;

/// <summary><c>/device</c> (RFC 8628, §3.3): here a user types the code that a device shows. Who comes by <c>verification_uri_complete</c> finds it
/// filled in, and sends it as well.</summary>
/// <remarks>Nobody is signed in here, and no client is known: the look is that of the pool.</remarks>
public sealed class DeviceCodePage(
    DeviceAuthorizations authorizations, DeviceVisits visits, DeviceLimits limits, Csrf csrf, Languages languages, Themes themes) : IDomainEndpoint
{
    public const string FieldName = "user_code";

    private const int LongestShown = 32;

    public IReadOnlyList<string> Paths { get; } = [DeviceVisits.CodePath];

    public bool IsServed(UserPool pool) => DeviceAuthorizations.AreServed(pool);

    public async Task Serve(DomainRequest request)
    {
        var http = request.Context.Request;
        var model = new DeviceCodeModel(request, languages.For(request), csrf.Token(request)) { Theme = await themes.Of(request, null) };
        if (HttpMethods.IsPost(http.Method))
        {
            await Post(request, model);
        }
        else if (HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method))
        {
            await PageWriter.Write(request, DeviceCode.Create(model with { Typed = Shown(http.Query[FieldName].ToString()) }), StatusCodes.Status200OK);
        }
        else
        {
            request.Context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            request.Context.Response.Headers.Allow = "GET, HEAD, POST";
        }
    }

    private async Task Post(DomainRequest request, DeviceCodeModel model)
    {
        try
        {
            var form = await OAuthForm.Read(request.Context.Request, request.Stop);
            if (!csrf.IsRight(request, form[Csrf.FieldName] ?? ""))
                throw new OAuthException("invalid_request", model.Texts["error.csrf"]) { Status = StatusCodes.Status403Forbidden };
            var typed = form[FieldName] ?? "";
            if (UserCode.Read(typed) is not { } code)
                await Again(request, model, typed, model.Texts["device-code.wrong"]);
            else if (!await limits.CountCode(request))
                await Again(request, model, typed, UserPools.Codes.Codes.Exceeded().Message, StatusCodes.Status429TooManyRequests);
            else if (await authorizations.Find(request.Pool, code, request.Stop) is { } waiting)
                request.Context.Response.Redirect(visits.Begin(request, waiting, code));
            else
                await Wrong(request, model, typed);
        }
        catch (Exception fault) when (fault is OAuthException or BadHttpRequestException)
        {
            var status = (fault as OAuthException)?.Status ?? StatusCodes.Status400BadRequest;
            await PageWriter.Write(request, Error.Create(new(request, model.Texts, fault is OAuthException ? fault.Message : "invalid_request") { Theme = model.Theme }), status);
        }
    }

    private async Task Wrong(DomainRequest request, DeviceCodeModel model, string typed)
    {
        await limits.CountWrongCode(request);
        await Again(request, model, typed, model.Texts["device-code.wrong"]);
    }

    private static Task Again(DomainRequest request, DeviceCodeModel model, string typed, string error, int status = StatusCodes.Status200OK) =>
        PageWriter.Write(request, DeviceCode.Create(model with { Typed = Shown(typed), Error = error }), status);

    private static string Shown(string typed) => UserCode.Read(typed) is { } code ? UserCode.Shown(code) : typed.Length <= LongestShown ? typed : "";
}

/// <param name="Csrf">The browser's token, for a hidden field.</param>
public sealed record DeviceCodeModel(DomainRequest Request, Texts Texts, string Csrf) : PageModel(Request, Texts, Texts["device-code.title"])
{
    /// <summary>What stands in the field.</summary>
    public string Typed { get; init; } = "";

    public string Action => Request.Base + DeviceVisits.CodePath;
}
