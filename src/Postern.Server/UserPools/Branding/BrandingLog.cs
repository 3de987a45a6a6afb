using Postern.UserPools.Pools;

namespace Postern.UserPools.Branding;

/// <summary>Tells administrators what a style holds without effect.</summary>
public sealed class BrandingLog(ILogger<BrandingLog> logger)
{
    internal void Unknown(string styleId, UserPool pool, RequestedStyle requested)
    {
        if (requested.Unknown.Count > 0)
            logger.UnknownSettings(styleId, pool.Id, string.Join(", ", requested.Unknown));
    }
}
