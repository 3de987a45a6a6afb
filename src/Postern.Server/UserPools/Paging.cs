using System.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools;

/// <summary>Pagination tokens: sealed, bound to the list and what it was asked for, of limited life.</summary>
/// <remarks>Operations sheet, "Formats and defaults": opaque, and bound to pool and parameters. The text for a bad one is unverified.</remarks>
public sealed class Paging(Sealer sealer, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The size of a page: what is asked for, and 60 where that is nothing or 0 (operations sheet, "Users, admin side").</summary>
    public static int Limit(int? asked) => asked is > 0 and <= 60 ? asked.Value : 60;

    /// <summary>The token for the page after a position.</summary>
    /// <param name="list">The operation and what it was asked for: the token is of use for nothing else.</param>
    public string Next(long pool, string list, string position)
    {
        var text = Encoding.UTF8.GetBytes($"{(time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds()} {position}");
        return sealer.SealText(SealPurpose.PaginationToken, Sealer.Binding(pool, list), text);
    }

    /// <summary>The position that a token holds; null for the first page.</summary>
    /// <exception cref="InvalidParameterException">The token is not of this list, or too old.</exception>
    public async ValueTask<string?> Position(long pool, string list, string? token, CancellationToken stop)
    {
        if (token is null)
            return null;
        if (await sealer.OpenText(SealPurpose.PaginationToken, Sealer.Binding(pool, list), token, stop) is not { } bytes)
            throw Invalid();
        var text = Encoding.UTF8.GetString(bytes);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && long.TryParse(text.AsSpan(0, space), out var expires) && DateTimeOffset.FromUnixTimeMilliseconds(expires) > time.GetUtcNow()
            ? text[(space + 1)..]
            : throw Invalid();
    }

    private static InvalidParameterException Invalid() => new("Invalid pagination token");
}
