using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The keys of a pool, as they are for a while.</summary>
/// <param name="IdToken">Signs ID tokens.</param>
/// <param name="AccessToken">Signs access tokens.</param>
/// <param name="All">All that verifiers are shown: those that sign, those that will, and those that did and verify still.</param>
/// <param name="From">Since when this is so.</param>
/// <param name="Until">When another key takes over, or one ends.</param>
public sealed record PoolKeys(SigningKey IdToken, SigningKey AccessToken, IReadOnlyList<SigningKey> All, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The key of a kid; null where the pool has none such.</summary>
    public SigningKey? Find(ReadOnlySpan<char> kid)
    {
        foreach (var key in All)
        {
            if (kid.SequenceEqual(key.Kid))
                return key;
        }
        return null;
    }

    public bool IsOf(DateTimeOffset now) => From <= now && now < Until;

    /// <summary>What each of a pool's keys is for at a time. Of those of one use the newest signs that verifiers have had the time to learn of;
    /// the oldest where there is none such: a new pool's keys sign at once, since nobody has read its keys before.</summary>
    internal static PoolKeys At(DateTimeOffset now, IReadOnlyList<StoredSigningKey> stored, IReadOnlyList<SigningKey> opened)
    {
        var all = new List<SigningKey>(opened.Count);
        var (from, until) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        for (var i = 0; i < opened.Count; i++)
        {
            if (stored[i].Expires is { } end)
            {
                Turn(end);
                if (end <= now)
                    continue;
            }
            all.Add(opened[i]);
            Turn(opened[i].Created + SigningKeys.PublicationDelay);
        }
        return new(Signing(SigningKeyUse.IdToken), Signing(SigningKeyUse.AccessToken), all, from, until);

        void Turn(DateTimeOffset at)
        {
            if (at <= now && at > from)
                from = at;
            else if (at > now && at < until)
                until = at;
        }

        SigningKey Signing(SigningKeyUse use)
        {
            SigningKey? newest = null, oldest = null;
            for (var i = 0; i < opened.Count; i++)
            {
                var key = opened[i];
                if (stored[i].Use != use)
                    continue;
                if (oldest is null || key.Created < oldest.Created)
                    oldest = key;
                if (key.Created + SigningKeys.PublicationDelay <= now && (newest is null || key.Created > newest.Created))
                    newest = key;
            }
            return newest ?? oldest!;
        }
    }
}
