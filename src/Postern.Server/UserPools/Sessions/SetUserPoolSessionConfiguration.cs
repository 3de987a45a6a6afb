using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>Replaces whether a pool tracks sign-ins, and how many of a user. A lower number ends no session before the next sign-in.</summary>
/// <remarks>Newest operations, "Sessions". Where tracking is switched on again, sessions of before are forgotten: what became of them meanwhile
/// was not written.</remarks>
public sealed class SetUserPoolSessionConfiguration(PoolChanges poolChanges)
    : IOperation<SetUserPoolSessionConfigurationRequest, SetUserPoolSessionConfigurationResponse>
{
    public async ValueTask<SetUserPoolSessionConfigurationResponse> Run(
        SetUserPoolSessionConfigurationRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await poolChanges.Change(request.UserPoolId, caller, Decide, stop);
        return new()
        {
            UserPoolId = pool.Id,
            UserSessionTracking = pool.Sessions.Tracking,
            TokenSession = new() { MaxPerUser = pool.Sessions.MostOfUser },
        };

        PoolSettings Decide(UserPool pool)
        {
            Tiers.RefuseInLite(pool.Settings.UserPoolTier, SessionSettings.Feature);
            var before = pool.Sessions;
            var tracks = request.UserSessionTracking is UserSessionTrackingType.ENABLED;
            return pool.AllSettings with
            {
                Sessions = before with
                {
                    AreTracked = tracks,
                    MostOfUser = request.TokenSession.MaxPerUser,
                    Round = tracks && !before.AreTracked ? before.Round + 1 : before.Round,
                },
            };
        }
    }
}
