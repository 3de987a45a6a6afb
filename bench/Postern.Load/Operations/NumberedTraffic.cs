using System.Globalization;
using System.Text;
using Postern.Load.Generator;

namespace Postern.Load.Operations;

/// <summary>One request that is sent again and again, each time with another number in its places.</summary>
/// <param name="template">The request, with <see cref="Place"/> where the number goes.</param>
/// <param name="number">The number of a turn; turns are counted from 0. Below 1,000,000,000.</param>
public sealed class NumberedTraffic(byte[] template, Func<long, long> number) : Traffic
{
    /// <summary>What stands for a number in a template: nine characters.</summary>
    public const string Place = "#########";

    private readonly byte[] request = [.. template];
    private readonly int[] places = Places(template);
    private long turn;

    /// <summary>A number as it is written into places.</summary>
    public static string Text(long number) => number.ToString("D9", CultureInfo.InvariantCulture);

    public override ReadOnlySpan<byte> Begin(Call call)
    {
        call.Item = number(turn++);
        var first = request.AsSpan(places[0], Place.Length);
        call.Item.TryFormat(first, out _, "D9", CultureInfo.InvariantCulture);
        foreach (var place in places)
            first.CopyTo(request.AsSpan(place));
        return request;
    }

    private static int[] Places(ReadOnlySpan<byte> template)
    {
        var places = new List<int>();
        var mark = Encoding.ASCII.GetBytes(Place);
        for (var at = 0; template[at..].IndexOf(mark) is >= 0 and var further; at = places[^1] + mark.Length)
            places.Add(at + further);
        return [.. places];
    }
}
