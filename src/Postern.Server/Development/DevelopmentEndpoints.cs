using System.Globalization;
using System.Net;
using System.Text.Json;
using Postern.Storage;
using Postern.Wire;

namespace Postern.Development;

/// <summary><c>/_postern/dev/…</c>: the contract that tests rely on. A page of another site can't call it.</summary>
/// <param name="publicHost">The host of the public address, which is ours whatever its name.</param>
/// <param name="forget">Drops every cache of the server, after a reset or restore.</param>
public sealed class DevelopmentEndpoints(IInstallationStore installation, Inbox inbox, Clock clock, Faults faults, InFlight inFlight, string publicHost, Action forget)
{
    private const string Prefix = "/_postern/dev/";
    private const string SnapshotName = "a snapshot's name is 1 to 64 letters, digits, '.', '_' or '-'";

    public static bool Has(string path) => path.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task Serve(HttpContext context)
    {
        var request = context.Request;
        if (IsForeign(request))
        {
            await Refuse(context, 403, "Development endpoints answer calls to localhost, an IP address or the host of --public-url, and none from pages of other sites.");
            return;
        }
        var path = request.Path.Value![Prefix.Length..].Split('/');
        try
        {
            await ((request.Method, path) switch
            {
                ("GET", ["inbox"]) => Send(context, await inbox.Read(Query(request, "to"), Query(request, "pool"), context.RequestAborted)),
                ("DELETE", ["inbox"]) => Done(context, inbox.Clear(context.RequestAborted).AsTask()),
                ("POST", ["reset"]) => Done(context, Alone(() => installation.Reset(CancellationToken.None).AsTask())),
                ("POST", ["clock"]) => Done(context, MoveClock(await Body(context))),
                ("GET", ["clock"]) => Send(context, JsonEncodedTime()),
                ("PUT", ["snapshots", var name]) => Snapshot(context, name),
                ("POST", ["snapshots", var name, "restore"]) => Restore(context, name),
                ("POST", ["faults"]) => SetFaults(context, await Body(context)),
                _ => Refuse(context, 404, $"There is no {request.Method} {request.Path}. Development has inbox, clock, reset, snapshots and faults."),
            });
        }
        catch (FormatException malformed)
        {
            await Refuse(context, 400, malformed.Message);
        }
        catch (JsonException malformed)
        {
            await Refuse(context, 400, $"The body is no JSON: {malformed.Message}");
        }
    }

    // A name that resolves to loopback but is not ours would let a page of that name call in.
    private bool IsForeign(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin) && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value))
            return true;
        var host = request.Host.Host.Trim('[', ']');
        return !(host is "localhost" || host == publicHost || host.EndsWith(".localhost", StringComparison.Ordinal) || IPAddress.TryParse(host, out _)
            || !host.Contains('.', StringComparison.Ordinal));   // a container's or a service's bare name in CI
    }

    private async Task MoveClock(JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
            throw new FormatException("The clock takes {\"advance\":\"PT1H\"}, {\"set\":\"2030-01-01T00:00:00Z\"} or {}.");
        var offset = body switch
        {
            _ when body.TryGetProperty("advance"u8, out var advance) => clock.Offset + Faults.Duration(advance.ToString()),
            _ when body.TryGetProperty("set"u8, out var set) => Time(set.ToString()) - clock.RealNow,
            _ => TimeSpan.Zero,
        };
        if (offset.Duration() > TimeSpan.FromDays(365 * 200))
            throw new FormatException("The clock moves at most 200 years.");
        await clock.Move(offset, installation, CancellationToken.None);
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"'{text}' is no ISO 8601 time such as 2030-01-01T00:00:00Z.");

    private async Task Snapshot(HttpContext context, string name)
    {
        CheckName(name);
        await inFlight.Alone(() => installation.SaveSnapshot(name, CancellationToken.None).AsTask());
        await Send(context, "{}"u8.ToArray());
    }

    private async Task Restore(HttpContext context, string name)
    {
        CheckName(name);
        var found = false;
        await Alone(async () => found = await installation.RestoreSnapshot(name, CancellationToken.None));
        await (found ? Send(context, "{}"u8.ToArray()) : Refuse(context, 404, $"There is no snapshot '{name}'. Save one with PUT /_postern/dev/snapshots/{name}"));
    }

    private async Task SetFaults(HttpContext context, JsonElement body)
    {
        faults.Set(body);
        await Send(context, "{}"u8.ToArray());
    }

    private Task Alone(Func<Task> work) => inFlight.Alone(async () =>
    {
        await work();
        forget();
        await clock.Load(installation, CancellationToken.None);
    });

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') || name[0] == '.')
            throw new FormatException(SnapshotName);
    }

    private byte[] JsonEncodedTime() => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"now":"{{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","offset":"{{System.Xml.XmlConvert.ToString(clock.Offset)}}"}""");

    private static string? Query(HttpRequest request, string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static async ValueTask<JsonElement> Body(HttpContext context)
    {
        if (context.Request.ContentLength is 0 or null && !context.Request.Headers.ContainsKey("Transfer-Encoding"))
            return JsonElement.Parse("{}"u8);
        using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        return document.RootElement.Clone();
    }

    private static async Task Done(HttpContext context, Task work)
    {
        await work;
        await Send(context, "{}"u8.ToArray());
    }

    private static async Task Send(HttpContext context, byte[] json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json);
    }

    private static Task Refuse(HttpContext context, int status, string message) =>
        Send(context, System.Text.Encoding.UTF8.GetBytes($$"""{"message":"{{JsonEncodedText.Encode(message)}}"}"""), status);
}
