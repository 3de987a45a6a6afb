namespace Postern.Load.Limits;

/// <summary>One of something for each core.</summary>
internal static class PerCore
{
    public static IEnumerable<T> Make<T>(Func<T> make) => Enumerable.Range(0, Environment.ProcessorCount).Select(_ => make());
}
