using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Postern.Tests.OAuth;

/// <summary>A client's key, whose public half it publishes at an address, and what it signs.</summary>
internal sealed class PublishedKey : IAsyncDisposable
{
    private readonly string algorithm;
    private readonly HeldKey key;
    private readonly WebApplication web;
    private int asked;

    private PublishedKey(string algorithm, int bits)
    {
        this.algorithm = algorithm;
        key = new(algorithm, bits);
        Document = Served = Set(isPrivate: false);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(Serve);
    }

    public string Kid { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Its JWKS.</summary>
    public string Document { get; }

    /// <summary>The same with the private half, as nobody should publish it.</summary>
    public string Private => Set(isPrivate: true);

    /// <summary>What the address answers; null: an error.</summary>
    public string? Served { get; set; }

    /// <summary>How often the address was asked.</summary>
    public int Asked => Volatile.Read(ref asked);

    public string Address => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/jwks.json";

    public static async Task<PublishedKey> Of(string algorithm, int bits = 2048)
    {
        var key = new PublishedKey(algorithm, bits);
        await key.web.StartAsync();
        return key;
    }

    /// <summary>Signs claims.</summary>
    /// <param name="kid">Another one; empty for none.</param>
    /// <param name="more">Further members of the header, with a comma before them.</param>
    public string Sign(JsonObject claims, string? kid = null, string more = "")
    {
        kid ??= Kid;
        var header = kid.Length == 0 ? $$"""{"alg":"{{algorithm}}"{{more}}}""" : $$"""{"alg":"{{algorithm}}","kid":"{{kid}}"{{more}}}""";
        return key.Sign(header, claims.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        key.Dispose();
        await web.DisposeAsync();
    }

    private Task Serve(HttpContext context)
    {
        Interlocked.Increment(ref asked);
        if (Served is { } text)
            return context.Response.WriteAsync(text);
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private string Set(bool isPrivate)
    {
        var jwk = key.Jwk(isPrivate);
        (jwk["kid"], jwk["use"]) = (Kid, "sig");
        return new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString();
    }
}
