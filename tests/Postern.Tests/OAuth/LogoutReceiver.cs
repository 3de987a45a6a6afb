using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

/// <summary>An application that is told of logouts: a real server, which answers as the test says.</summary>
internal sealed class LogoutReceiver : IAsyncDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication web;
    private readonly Channel<(string Path, string Token)> taken = Channel.CreateUnbounded<(string, string)>();
    private readonly Func<HttpContext, int, Task> answer;
    private int count;

    private LogoutReceiver(Func<HttpContext, int, Task> answer)
    {
        this.answer = answer;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(Serve);
    }

    public string Url => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>How many tokens came.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>One that answers each token, the first being number 1; without an answer, by 200.</summary>
    public static async Task<LogoutReceiver> Start(Func<HttpContext, int, Task>? answer = null)
    {
        var receiver = new LogoutReceiver(answer ?? (static (_, _) => Task.CompletedTask));
        await receiver.web.StartAsync();
        return receiver;
    }

    /// <summary>One that answers by these statuses, the last for all that follow.</summary>
    public static Task<LogoutReceiver> Start(params HttpStatusCode[] statuses) => Start((context, number) =>
    {
        context.Response.StatusCode = (int)statuses[Math.Min(number, statuses.Length) - 1];
        return Task.CompletedTask;
    });

    /// <summary>The next token that came, with the path that it came to.</summary>
    public async Task<(string Path, string Token)> Raw() => await taken.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(patience);

    /// <summary>The claims of the next token, which is verified as the specification says (Back-Channel Logout, §2.6).</summary>
    /// <param name="path">Where it must have come to: by which the client is known.</param>
    public async Task<JsonObject> Next(TestServer server, OAuthPool pool, string clientId, string? path = null)
    {
        var (at, token) = await Raw();
        Assert.Equal(path ?? "/out", at);
        var claims = (await Jwt.Verify(server.Api, pool.Pool.Id, token, "logout+jwt")).Claims;
        Assert.Equal(($"{server.PublicUrl}/{pool.Pool.Id}", clientId), ((string?)claims["iss"], (string?)claims["aud"]));
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", claims["events"]!.ToJsonString());
        Assert.True(Guid.TryParse((string?)claims["jti"], out _));
        Assert.Equal(120, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (long)claims["iat"]!, -1, 60);
        Assert.False(claims.ContainsKey("nonce"));
        return claims;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task Serve(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Assert.Equal("POST", context.Request.Method);
        var token = Assert.Single(form["logout_token"])!;
        var number = Interlocked.Increment(ref count);
        await taken.Writer.WriteAsync((context.Request.Path, token));
        await answer(context, number);
    }
}
