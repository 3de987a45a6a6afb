using System.Text.RegularExpressions;

namespace Postern.Storage;

/// <summary>Names of snapshots: they become names of files and schemas.</summary>
internal static partial class SnapshotNames
{
    /// <exception cref="ArgumentException">The name has other than 1 to 64 letters, digits, dots, hyphens and underscores.</exception>
    public static string Check(string name) => Name.IsMatch(name)
        ? name
        : throw new ArgumentException("A snapshot's name has up to 64 letters, digits, dots, hyphens and underscores.", nameof(name));

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }
}
