using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Contract.SecurityTokens;
using Postern.Contract.UserPools;

namespace Postern.Tests.Contract;

public class OperationTable
{
    [Fact]
    public void Every_operation_of_the_three_models_is_there()
    {
        Assert.Equal((140, 23, 11), (UserPoolsOperations.All.Count, IdentityPoolsOperations.All.Count, SecurityTokensOperations.All.Count));
        Assert.Equal(174, OperationDescription.All.Count);
        Assert.Equal(174, OperationDescription.All.Select(operation => operation.ToString()).Distinct().Count());
    }

    [Fact]
    public void A_JSON_operation_is_described()
    {
        var operation = UserPoolsOperations.SignUp;
        Assert.Equal(
            ("SignUp", "UserPools", "Cognito Identity Provider", "cognito-idp"),
            (operation.Name, operation.Service, operation.ServiceName, operation.SigningName));
        Assert.Equal("AWSCognitoIdentityProviderService.SignUp", operation.Target);
        Assert.Equal(Protocol.Json, operation.Protocol);
        Assert.False(operation.IsSigned);
        Assert.True(operation.HasOutput);
        Assert.Contains("UsernameExistsException", operation.Errors);
        Assert.True(UserPoolsOperations.ListUserPools.IsSigned);
        Assert.False(UserPoolsOperations.DeleteUserPool.HasOutput);
        Assert.Equal("2026", UserPoolsOperations.CreateUserPoolReplica.Since);
    }

    [Fact]
    public void A_query_operation_is_described()
    {
        var operation = SecurityTokensOperations.AssumeRoleWithWebIdentity;
        Assert.Equal(
            (Protocol.Query, null, "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/"),
            (operation.Protocol, operation.Target, operation.Version, operation.XmlNamespace));
        Assert.False(operation.IsSigned);
    }

    [Fact]
    public void A_shape_can_be_request_and_answer()
    {
        Assert.Equal("p", Bodies.Read<IdentityPool>("""{"IdentityPoolName":"p"}""").IdentityPoolName);
        Assert.IsAssignableFrom<IResponse>(new IdentityPool());
    }
}
