using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Postern.Load.Limits;

/// <summary>Bare Kestrel, as the server sets it up, with fixed answers: a process of its own, so that its CPU time can be read.</summary>
internal static class FixedAnswers
{
    /// <summary>The argument that makes this program such a server.</summary>
    public const string Verb = "fixed-answers";

    private static readonly byte[] small = "ok"u8.ToArray();

    // As large as the answer of a sign-in, and with as many members.
    private static readonly byte[] large = Encoding.ASCII.GetBytes(
        """{"AuthenticationResult":{"AccessToken":"A","ExpiresIn":3600,"IdToken":"I","RefreshToken":"R","TokenType":"Bearer"},"ChallengeParameters":{}}"""
            .Replace("\"A\"", $"\"{new string('a', 1000)}\"", StringComparison.Ordinal)
            .Replace("\"I\"", $"\"{new string('b', 1000)}\"", StringComparison.Ordinal)
            .Replace("\"R\"", $"\"{new string('c', 1200)}\"", StringComparison.Ordinal));

    /// <summary>Serves on a free port of the loopback, tells its address in a line, and ends on SIGTERM.</summary>
    public static async Task<int> Serve()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        await using var web = builder.Build();
        web.Run(static context => context.Request.Method == "POST" ? Parse(context) : Write(context.Response, "text/plain", small));
        await web.StartAsync();
        Console.WriteLine($"Listening on {web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}");
        await web.WaitForShutdownAsync();
        return 0;
    }

    private static async Task Parse(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var read = await body.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(context.RequestAborted);
        }
        ReadStrings(read.Buffer);
        body.AdvanceTo(read.Buffer.End);
        await Write(context.Response, "application/x-amz-json-1.1", large);
    }

    private static void ReadStrings(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String)
                _ = reader.GetString();
        }
    }

    private static Task Write(HttpResponse response, string type, byte[] body)
    {
        response.ContentType = type;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }
}
