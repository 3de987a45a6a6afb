using System.Buffers.Text;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Passkeys;

/// <summary>The passkeys that users have.</summary>
public sealed class UserPasskeys(IUserPartStore parts)
{
    /// <summary>How many a user may have (quotas sheet).</summary>
    public const int Most = 20;

    // 1,023 bytes.
    private const int LongestId = 1364;

    /// <summary>A user's passkeys with their rows, oldest first.</summary>
    public async ValueTask<IReadOnlyList<(UserPart Row, Passkey Passkey)>> List(UserPool pool, Guid sub, CancellationToken stop)
    {
        var page = await parts.List(pool.Number, sub, UserPartKind.Passkey, null, Most, stop);
        return [.. page.Items.OrderBy(static row => row.Created).ThenBy(static row => row.Name, StringComparer.Ordinal).Select(static row => (row, Passkey.Read(row)))];
    }

    /// <summary>The row of one; null where the user has none of this id.</summary>
    public ValueTask<UserPart?> Find(UserPool pool, Guid sub, string id, CancellationToken stop) =>
        id.Length <= LongestId && Base64Url.IsValid(id) ? parts.Find(pool.Number, sub, UserPartKind.Passkey, id, stop) : new((UserPart?)null);

    /// <summary>What the pool wants of authenticators: <c>preferred</c> or <c>required</c>.</summary>
    internal static string Verification(UserPool pool) => pool.Mfa.WebAuthnConfiguration?.UserVerification ?? UserVerificationType.preferred;

    internal static bool MustVerify(UserPool pool) => Verification(pool) is UserVerificationType.required;
}
