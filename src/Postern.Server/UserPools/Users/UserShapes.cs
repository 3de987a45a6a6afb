using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Mfa;

namespace Postern.UserPools.Users;

/// <summary>A user in the shapes that several operations answer with.</summary>
public static class UserShapes
{
    public static UserType ToUserType(this User user, Func<string, bool>? include = null) => new()
    {
        Username = user.Username,
        Attributes = user.ToWire(include),
        UserCreateDate = user.Created,
        UserLastModifiedDate = user.Modified,
        Enabled = user.Enabled,
        UserStatus = user.Status.ToString(),
        MFAOptions = user.Factors().Options(),
    };
}
