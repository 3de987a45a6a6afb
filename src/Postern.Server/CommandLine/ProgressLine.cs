using System.Globalization;
using Postern.Operations;

namespace Postern.CommandLine;

/// <summary>Tells how far a long operation is: on a terminal by one line that is written over, elsewhere by a line every few seconds.</summary>
internal sealed class ProgressLine(TextWriter writer, bool isTerminal, TimeProvider time)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(3);

    private readonly TimeSpan pause = isTerminal ? OnTerminal : Elsewhere;
    private long last = time.GetTimestamp();
    private int written;

    public void Tell(Progress progress) => Tell(string.Create(CultureInfo.InvariantCulture,
        $"{progress.Share,4:P0}  {progress.Rows:N0} rows  {progress.Bytes / 1e6:N1} MB  {progress.Doing}"));

    /// <param name="isLasting">It stands for a while: told whenever the one before was.</param>
    public void Tell(FormattableString line, bool isLasting = false) => Tell(line.ToString(CultureInfo.InvariantCulture), isLasting);

    private void Tell(string line, bool isLasting = false)
    {
        if (!isLasting && time.GetElapsedTime(last) < pause)
            return;
        last = time.GetTimestamp();
        if (isTerminal)
            writer.Write("\r" + line.PadRight(written));
        else
            writer.WriteLine(line);
        written = line.Length;
    }

    /// <summary>Takes the line away: the result takes its place.</summary>
    public void End()
    {
        if (isTerminal && written > 0)
            writer.Write("\r" + new string(' ', written) + "\r");
    }
}
