using System.Globalization;

namespace Postern.Storage;

/// <summary>The refusal of a schema that is newer than the program, in one wording for all engines.</summary>
internal static class SchemaVersion
{
    /// <summary>The version, where the program knows it.</summary>
    /// <exception cref="StorageException">It is newer.</exception>
    public static int Check(string place, int version, int newest) => version <= newest
        ? version
        : throw new StorageException(string.Create(CultureInfo.InvariantCulture,
            $"{place} has schema version {version}, and this program knows versions up to {newest}: run the newer program that wrote it, or one after it."));
}
