using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

internal static class Memory
{
    public static ValueTask<IStore> Store() => new(SqliteStore.Open(":memory:", TimeProvider.System));
}

public sealed class SqliteChanges : ChangeConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqlitePools : PoolConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteResources : ResourceConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteUsers : UserConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteUserParts : UserPartConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteSearch : SearchConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteGroups : GroupConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteCodes : CodeConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteAttempts : AttemptConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteSignIns : SignInConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteKeys : KeyConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteMessages : MessageConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteInstallation : InstallationConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqlitePurge : PurgeConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}

public sealed class SqliteSealedValues : SealedConformance
{
    protected override ValueTask<IStore> Open() => Memory.Store();
}
