namespace Postern.UserPools.Pools;

/// <summary>What new pools have on from the start: a tag says so, and can be taken away again.</summary>
public sealed class NewPools(params IReadOnlyList<PoolSwitch> switches)
{
    /// <summary>The settings with the tags that the caller did not set either way.</summary>
    public PoolSettings Switched(PoolSettings settings)
    {
        var tags = new Dictionary<string, string>(settings.Pool.UserPoolTags ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var known in switches)
            tags.TryAdd(known.Tag, "true");
        return switches.Count == 0 ? settings : settings with { Pool = settings.Pool with { UserPoolTags = tags } };
    }
}
