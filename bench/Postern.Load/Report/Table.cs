using System.Text;

namespace Postern.Load.Report;

/// <summary>A table in Markdown whose columns stand below one another in a terminal as well.</summary>
internal sealed class Table(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> rows = [headings];

    public void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    /// <summary>Three digits that mean something, and no more.</summary>
    public static string Number(double? value) => value switch
    {
        null => "–",
        >= 1000 => Math.Round(value.Value, 0).ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
        >= 100 => $"{value:F0}",
        >= 10 => $"{value:F1}",
        _ => $"{value:F2}",
    };

    public static string Percent(double? part) => part is { } value ? $"{100 * value:F0} %" : "–";

    public override string ToString()
    {
        var widths = headings.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine($"| {string.Join(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");
            if (row == headings)
                text.AppendLine($"|{string.Join('|', widths.Select(static (width, column) => new string('-', width + 1) + (column == 0 ? '-' : ':')))}|");
        }
        return text.ToString();
    }
}
