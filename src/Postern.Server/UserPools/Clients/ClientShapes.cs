using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A client in the shape that Create, Describe and Update answer with.</summary>
internal static class ClientShapes
{
    /// <summary>With a secret in clear: the oldest of two, which stays the same until it is deleted (unverified against the service).</summary>
    public static UserPoolClientType ToUserPoolClientType(this AppClient client) => client.Settings with
    {
        UserPoolId = client.Pool.Id,
        ClientId = client.Id,
        ClientSecret = client.HasSecret ? client.Secrets[0].Value : null,
        ClientType = client.Settings.ClientType ?? ClientTypeType.REGULAR,
        CreationDate = client.Row.Created,
        LastModifiedDate = client.Row.Modified,
    };
}
