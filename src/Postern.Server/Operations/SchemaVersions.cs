using System.Globalization;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>What is said where a database and this program differ.</summary>
internal static class SchemaVersions
{
    /// <exception cref="StorageException">The database's schema is not the program's.</exception>
    public static void Require(IDatabase database, int version)
    {
        var newest = database.Steps.Count;
        SchemaVersion.Check(database.Place, version, newest);
        if (version == 0)
            throw new StorageException($"{database.Place} holds nothing of Postern's.");
        if (version < newest)
        {
            throw new StorageException(string.Create(CultureInfo.InvariantCulture,
                $"{database.Place} has schema version {version}, and this program reads version {newest}: run `postern db migrate` first, or the program that wrote it."));
        }
    }
}
