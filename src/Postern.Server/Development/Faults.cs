using System.Text.Json;
using System.Xml;
using Postern.Contract;
using Postern.Wire;

namespace Postern.Development;

/// <summary>Failures and delays that a test scripts, operation by operation, each for so many calls.</summary>
public sealed class Faults : IFaults
{
    private const int MostFaults = 1000;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private List<Fault> script = [];

    /// <summary>Replaces the script: <c>[{"operation","error","message","times","delay"}]</c>; an empty list ends it.</summary>
    /// <exception cref="FormatException">The script is not of that form; the text tells where.</exception>
    public void Set(JsonElement given)
    {
        if (given.ValueKind is not JsonValueKind.Array || given.GetArrayLength() > MostFaults)
            throw new FormatException($"Faults are a list of at most {MostFaults} objects with 'operation' and 'error', 'delay' or both.");
        var faults = new List<Fault>();
        foreach (var entry in given.EnumerateArray())
        {
            var operation = Text(entry, "operation") ?? throw new FormatException("A fault needs an 'operation', such as \"InitiateAuth\".");
            var delay = Text(entry, "delay") is { } text ? Duration(text) : TimeSpan.Zero;
            if (delay > LongestDelay || delay < TimeSpan.Zero)
                throw new FormatException("A fault's 'delay' is an ISO 8601 duration of at most PT5M.");
            var times = entry.TryGetProperty("times"u8, out var count) && count.TryGetInt32(out var number) ? number : int.MaxValue;
            faults.Add(new(operation, Text(entry, "error"), Text(entry, "message"), delay) { Left = times });
        }
        lock (gate)
            script = faults;
    }

    public ValueTask Before(OperationDescription operation, CancellationToken stop)
    {
        Fault? fault = null;
        lock (gate)
        {
            if (script.Count == 0)
                return default;
            fault = script.Find(candidate => candidate.Left > 0 && (candidate.Operation == operation.Name || candidate.Operation == "*"));
            if (fault is not null)
                fault.Left--;
        }
        return fault is null ? default : Happen(fault, stop);
    }

    private static async ValueTask Happen(Fault fault, CancellationToken stop)
    {
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, stop);
        if (fault.Error is not null)
            throw new WireException(fault.Error, fault.Error.StartsWith("Internal", StringComparison.Ordinal) ? 500 : 400, fault.Message ?? "A fault that was scripted by /_postern/dev/faults");
    }

    /// <exception cref="FormatException">The text is no ISO 8601 duration.</exception>
    public static TimeSpan Duration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new FormatException($"'{text}' is no ISO 8601 duration such as PT1H or P30D.");
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private sealed record Fault(string Operation, string? Error, string? Message, TimeSpan Delay)
    {
        public int Left { get; set; }
    }
}
