using Postern.UserPools.Pools;

namespace Postern.UserPools.Branding;

/// <summary>Tells administrators what a style holds without effect, and which texts of it are hard to read.</summary>
public sealed class BrandingLog(ILogger<BrandingLog> logger)
{
    internal void Saved(StoredStyle style, UserPool pool, RequestedStyle requested)
    {
        if (requested.Unknown.Count > 0)
            logger.UnknownSettings(style.Id, pool.Id, string.Join(", ", requested.Unknown));
        if (requested.Settings is not null && StyleContrast.Problems(Brandings.Complete(style)) is { Count: > 0 } problems)
            logger.LowContrast(style.Id, pool.Id, string.Join(", ", problems));
    }
}
