using Postern.Cryptography;
using Postern.OAuth.Discovery;
using Postern.UserPools.Devices;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern;

/// <summary>All that a node keeps in memory of the state.</summary>
internal sealed class NodeCaches(SettingsCache settings, SigningKeys keys, VerifiedTokens<AccessTokenClaims> tokens, IssuerDocuments documents,
    SessionActivity sessions, DeviceActivity devices)
{
    /// <summary>Forgets everything: the state was reset or restored, or what others did is not known.</summary>
    public void Forget()
    {
        sessions.Clear();
        devices.Clear();
        settings.Clear();
        keys.Clear();
        tokens.Clear();
        documents.Clear();
    }

    /// <summary>Forgets a pool, whose settings, parts or keys another node changed. Verified tokens stay: what may end one is read at each use.</summary>
    public void Forget(long pool)
    {
        settings.Forget(pool);
        keys.Forget(pool);
        documents.Forget(pool);
    }
}
