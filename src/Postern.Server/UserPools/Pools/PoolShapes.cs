using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Pools;

/// <summary>A pool in the shapes that several operations answer with.</summary>
internal static class PoolShapes
{
    /// <summary>As CreateUserPool and DescribeUserPool show it, without domains.</summary>
    public static UserPoolType ToUserPoolType(this UserPool pool, long users) => pool.Settings with
    {
        Id = pool.Id,
        Arn = pool.Arn,
        Name = pool.Row.Name,
        CreationDate = pool.Row.Created,
        LastModifiedDate = pool.Row.Modified,
        EstimatedNumberOfUsers = (int)Math.Clamp(users, 0, int.MaxValue),
        UserPoolTags = pool.Settings.UserPoolTags ?? new Dictionary<string, string>(),
    };

    /// <summary>As ListUserPools shows it.</summary>
    public static UserPoolDescriptionType ToDescription(this StoredPool row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        LambdaConfig = PoolSettings.Read(row.Settings.Span).Pool.LambdaConfig,
        CreationDate = row.Created,
        LastModifiedDate = row.Modified,
    };
}
