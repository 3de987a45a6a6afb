namespace Postern;
internal static class BoundOperations { public static IReadOnlyList<Postern.Wire.Endpoint> Bind(Parts parts) => [
 new Postern.Wire.JsonEndpoint<Contract.UserPools.InitiateAuthRequest, Contract.UserPools.InitiateAuthResponse>(Contract.UserPools.UserPoolsOperations.InitiateAuth, new UserPools.SignIn.InitiateAuth(parts.Pools, parts.SignInMachine))]; }
