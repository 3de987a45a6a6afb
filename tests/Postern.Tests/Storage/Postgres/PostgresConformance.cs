using Postern.Storage;

namespace Postern.Tests.Storage.Postgres;

public sealed class PostgresChanges : ChangeConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresPools : PoolConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresResources : ResourceConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresUsers : UserConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresUserParts : UserPartConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresSearch : SearchConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresGroups : GroupConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresCodes : CodeConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresAttempts : AttemptConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresSignIns : SignInConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresKeys : KeyConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresMessages : MessageConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresInstallation : InstallationConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresPurge : PurgeConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}

public sealed class PostgresSealedValues : SealedConformance
{
    protected override ValueTask<IStore> Open() => Cluster.Store();
}
