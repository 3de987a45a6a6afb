using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Postern.Samples.AspNetOidc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthorization();
builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(options =>
    {
        builder.Configuration.Bind("Postern", options);   // Authority and ClientId
        options.ResponseType = "code";                    // with PKCE, which is on by itself
        options.ResponseMode = "query";
        options.Scope.Add("email");
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;                 // claims keep the names that the token gives them
        options.TokenValidationParameters.NameClaimType = "cognito:username";
        options.TokenValidationParameters.RoleClaimType = "cognito:groups";
        options.Events.OnRedirectToIdentityProviderForSignOut = SigningOut.NamePlace;
        if (options.Authority!.StartsWith("http:", StringComparison.Ordinal))
            ThisMachine.IsEnough(options);
    });

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/", (HttpContext context) => Page(context.User.Identity is { IsAuthenticated: true } user
    ? $"<p>Signed in as <b id=\"name\">{Text(user.Name)}</b>. <a href=\"/claims\">Your claims</a></p><form action=\"/sign-out\" method=\"post\"><button>Sign out</button></form>"
    : "<p>Nobody is signed in. <a href=\"/claims\">Sign in</a></p>"));

app.MapGet("/claims", (HttpContext context) => Page(
    "<dl>" + string.Concat(context.User.Claims.Select(claim => $"<dt>{Text(claim.Type)}</dt><dd>{Text(claim.Value)}</dd>")) + "</dl><p><a href=\"/\">Back</a></p>"))
    .RequireAuthorization();

// The cookie is SameSite=Lax: no other site's form carries it here.
app.MapPost("/sign-out", () => Results.SignOut(
    new AuthenticationProperties { RedirectUri = "/" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));

app.Run();

static IResult Page(string content) => Results.Content(
    $"<!doctype html><html lang=\"en\"><title>Postern with ASP.NET Core</title><link rel=\"icon\" href=\"data:,\"><h1>Postern with ASP.NET Core</h1>{content}</html>", "text/html; charset=utf-8");

static string Text(string? value) => HtmlEncoder.Default.Encode(value ?? "");
