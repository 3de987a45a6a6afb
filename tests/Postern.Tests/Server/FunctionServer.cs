using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Postern.Tests.Server;

/// <summary>A Lambda endpoint inside the tests: functions by name, each a delegate, and the events that they got.</summary>
public sealed class FunctionServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<JsonObject, Task<FunctionReply>>> functions = new();
    private readonly ConcurrentQueue<FunctionCall> calls = new();
    private WebApplication? web;

    public string Url { get; private set; } = "";

    public async Task Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(Serve);
        await web.StartAsync();
        Url = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    /// <summary>A function under a new name; its ARN.</summary>
    public string Add(Func<JsonObject, Task<FunctionReply>> function)
    {
        var name = "f" + Guid.NewGuid().ToString("N");
        functions[name] = function;
        return "arn:aws:lambda:us-east-1:123456789012:function:" + name;
    }

    /// <summary>A function that answers its event with a response of its own.</summary>
    public string Add(Func<JsonObject, JsonNode?> function) => Add(sent => Task.FromResult(FunctionReply.Of(sent, function(sent))));

    /// <summary>What a function was called with, oldest first.</summary>
    public IReadOnlyList<FunctionCall> Calls(string arn) => [.. calls.Where(call => call.Name == arn.Split(':')[6])];

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
            await web.DisposeAsync();
    }

    private async Task Serve(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/');
        if (context.Request.Method is not "POST" || parts is not ["", "2015-03-31", "functions", var name, "invocations"] || !functions.TryGetValue(name, out var function))
        {
            context.Response.StatusCode = 404;
            context.Response.Headers["x-amzn-ErrorType"] = "ResourceNotFoundException:http://internal.amazon.com/coral/";
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var sent = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
        calls.Enqueue(new(name, sent, context.Request.QueryString.Value ?? "", context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        var reply = await function(sent.DeepClone().AsObject());
        context.Response.StatusCode = reply.Status;
        if (reply.FunctionError is not null)
            context.Response.Headers["X-Amz-Function-Error"] = reply.FunctionError;
        await context.Response.WriteAsync(reply.Body);
    }
}

public sealed record FunctionCall(string Name, JsonObject Event, string Query, IReadOnlyDictionary<string, string> Headers);

/// <summary>What a function's endpoint answers.</summary>
public sealed record FunctionReply(string Body, int Status = 200, string? FunctionError = null)
{
    /// <summary>The event with its response filled in, as functions return it.</summary>
    public static FunctionReply Of(JsonObject sent, JsonNode? response)
    {
        sent["response"] = response;
        return new(sent.ToJsonString());
    }

    public static FunctionReply Throws(string message) =>
        new(new JsonObject { ["errorMessage"] = message, ["errorType"] = "Error", ["trace"] = new JsonArray() }.ToJsonString(), 200, "Unhandled");
}
