using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A client in the shape that Create, Describe and Update answer with.</summary>
internal static class ClientShapes
{
    /// <summary>With the newest secret in clear, as the service shows it.</summary>
    public static UserPoolClientType ToUserPoolClientType(this AppClient client) => client.Settings with
    {
        UserPoolId = client.Pool.Id,
        ClientId = client.Id,
        ClientSecret = client.HasSecret ? client.Secrets[^1].Value : null,
        CreationDate = client.Row.Created,
        LastModifiedDate = client.Row.Modified,
    };
}
