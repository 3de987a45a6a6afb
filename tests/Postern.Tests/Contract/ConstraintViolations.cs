using Postern.Contract.IdentityPools;
using Postern.Contract.UserPools;

namespace Postern.Tests.Contract;

public class ConstraintViolations
{
    private const string UserPoolIdPattern = @"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+";

    [Fact]
    public void A_good_request_has_none() => Assert.Equal("", Bodies.Violations<SignUpRequest>(
        """{"ClientId":"abc","Username":"jürgen🙂","Password":"x!","UserAttributes":[{"Name":"email","Value":""}],"ClientMetadata":{"a":""}}"""));

    [Fact]
    public void Missing_members_are_told_together() => Assert.Equal(
        "2 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null; "
            + "Value null at 'username' failed to satisfy constraint: Member must not be null",
        Bodies.Violations<SignUpRequest>("{}"));

    [Fact]
    public void A_missing_number_is_missing_and_not_nought() => Assert.Equal(
        "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
        Bodies.Violations<ListUserPoolsRequest>("""{"MaxResults":null}"""));

    [Fact]
    public void Sensitive_values_are_left_out_and_length_comes_before_pattern() => Assert.Equal(
        "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; "
            + @"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        Bodies.Violations<AdminDeleteUserRequest>("""{"UserPoolId":"a_b","Username":""}"""));

    [Fact]
    public void The_members_order_is_the_models() => Assert.Equal(
        @"3 validation errors detected: Value at 'secretHash' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=/]+; "
            + @"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; "
            + @"Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+",
        Bodies.Violations<SignUpRequest>("""{"Password":"a b","Username":"a b","SecretHash":"*","ClientId":"c"}"""));

    [Fact]
    public void A_client_id_is_shown_although_the_model_calls_it_sensitive() => Assert.Equal(
        "1 validation error detected: Value 'ap-northeast-1_x' at 'clientId' failed to satisfy constraint: "
            + @"Member must satisfy regular expression pattern: [\w+]+",
        Bodies.Violations<SignUpRequest>("""{"ClientId":"ap-northeast-1_x","Username":"u"}"""));

    [Fact]
    public void A_pool_id_of_the_wrong_form_is_shown_with_the_models_pattern() => Assert.Equal(
        $"1 validation error detected: Value 'nope' at 'userPoolId' failed to satisfy constraint: {UserPoolIdPattern}",
        Bodies.Violations<DescribeUserPoolRequest>("""{"UserPoolId":"nope"}"""));

    [Fact]
    public void Both_a_length_and_a_pattern_count() => Assert.Equal(
        $"2 validation errors detected: Value '' at 'userPoolId' failed to satisfy constraint: Member must have length greater than or equal to 1; "
            + $"Value '' at 'userPoolId' failed to satisfy constraint: {UserPoolIdPattern}",
        Bodies.Violations<DescribeUserPoolRequest>("""{"UserPoolId":""}"""));

    [Fact]
    public void Lengths_count_code_points()
    {
        var name = string.Concat(Enumerable.Repeat("🙂", 128));
        Assert.Equal("", Bodies.Violations<AdminDeleteUserRequest>($$"""{"UserPoolId":"a_b","Username":"{{name}}"}"""));
        Assert.Equal(
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128",
            Bodies.Violations<AdminDeleteUserRequest>($$"""{"UserPoolId":"a_b","Username":"{{name}}x"}"""));
    }

    [Fact]
    public void An_enum_tells_its_values() => Assert.Equal(
        "1 validation error detected: Value 'Off' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
        Bodies.Violations<SetUserPoolMfaConfigRequest>("""{"UserPoolId":"a_b","MfaConfiguration":"Off"}"""));

    [Theory]
    [InlineData(0, "greater than or equal to 1")]
    [InlineData(61, "less than or equal to 60")]
    public void A_number_tells_its_bounds(int value, string bound) => Assert.Equal(
        $"1 validation error detected: Value '{value}' at 'maxResults' failed to satisfy constraint: Member must have value {bound}",
        Bodies.Violations<ListUserPoolsRequest>($$"""{"MaxResults":{{value}}}"""));

    [Fact]
    public void A_path_leads_into_lists_and_structures() => Assert.Equal(
        "2 validation errors detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: "
            + "Member must have value greater than or equal to 6; "
            + "Value '123456789012345678901' at 'schema.2.member.name' failed to satisfy constraint: Member must have length less than or equal to 20",
        Bodies.Violations<CreateUserPoolRequest>(
            """{"PoolName":"p","Policies":{"PasswordPolicy":{"MinimumLength":5}},"Schema":[{"Name":"ok"},{"Name":"123456789012345678901"}]}"""));

    [Fact]
    public void The_elements_of_a_list_are_told_in_one_violation() => Assert.Equal(
        "1 validation error detected: Value '[email, e-mail, phone]' at 'autoVerifiedAttributes' failed to satisfy constraint: "
            + "Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
        Bodies.Violations<CreateUserPoolRequest>("""{"PoolName":"p","AutoVerifiedAttributes":["email","e-mail","phone"]}"""));

    [Fact]
    public void A_lists_size_is_its_length() => Assert.Equal(
        "1 validation error detected: Value '[]' at 'identityIdsToDelete' failed to satisfy constraint: Member must have length greater than or equal to 1",
        Bodies.Violations<DeleteIdentitiesInput>("""{"IdentityIdsToDelete":[]}"""));

    [Fact]
    public void An_empty_list_of_structures_is_shown_as_empty() => Assert.Equal(
        "1 validation error detected: Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1",
        Bodies.Violations<CreateUserPoolRequest>("""{"PoolName":"p","Schema":[]}"""));

    [Fact]
    public void The_values_of_a_map_are_told_in_one_violation() => Assert.Equal(
        "1 validation error detected: Value '{a=, b=" + new string('v', 257) + "}' at 'tags' failed to satisfy constraint: "
            + "Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]",
        Bodies.Violations<Postern.Contract.IdentityPools.TagResourceInput>(
            $$$"""{"ResourceArn":"arn:aws:cognito-identity:x:1:identitypool/y","Tags":{"a":"","b":"{{{new string('v', 257)}}}"}}"""));

    [Fact]
    public void The_keys_of_a_map_are_told_in_one_violation() => Assert.Equal(
        "1 validation error detected: Value '{=v}' at 'tags' failed to satisfy constraint: "
            + "Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
        Bodies.Violations<Postern.Contract.IdentityPools.TagResourceInput>(
            """{"ResourceArn":"arn:aws:cognito-identity:x:1:identitypool/y","Tags":{"":"v"}}"""));

    [Fact]
    public void A_map_with_secret_values_is_left_out()
    {
        var violations = Bodies.Violations<GetIdInput>("""{"IdentityPoolId":"a:0","Logins":{"p":""}}""");
        const string Expected = "1 validation error detected: Value at 'logins' failed to satisfy constraint: Map value must satisfy constraint: [";
        Assert.StartsWith(Expected, violations, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_inside_a_secret_structure_is_left_out() => Assert.Equal(
        "1 validation error detected: Value at 'userContextData.encodedData' failed to satisfy constraint: Member must have length less than or equal to 131072",
        Bodies.Violations<SignUpRequest>($$$"""{"ClientId":"c","Username":"u","UserContextData":{"EncodedData":"{{{new string('x', 131073)}}}"}}"""));

    [Fact]
    public void A_path_leads_through_a_maps_key() => Assert.Equal(
        "1 validation error detected: Value 'Guess' at 'roleMappings.idp.member.type' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [Token, Rules]",
        Bodies.Violations<SetIdentityPoolRolesInput>("""{"IdentityPoolId":"a:0","Roles":{},"RoleMappings":{"idp":{"Type":"Guess"}}}"""));

    [Fact]
    public void A_blob_counts_its_bytes() => Assert.Equal(
        "1 validation error detected: Value at 'imageFile' failed to satisfy constraint: Member must have length less than or equal to 131072",
        Bodies.Violations<SetUICustomizationRequest>($$"""{"UserPoolId":"a_b","ImageFile":"{{Convert.ToBase64String(new byte[131073])}}"}"""));

    [Fact]
    public void All_violations_are_counted_but_only_a_hundred_are_told()
    {
        var attributes = string.Join(",", Enumerable.Repeat("""{"Value":"v"}""", 1000));
        var violations = Bodies.Violations<SignUpRequest>($$"""{"ClientId":"c","Username":"u","UserAttributes":[{{attributes}}]}""");
        Assert.StartsWith("1000 validation errors detected: Value null at 'userAttributes.1.member.name' failed", violations, StringComparison.Ordinal);
        Assert.Equal(100, violations.Split("; ").Length);
    }

    [Fact]
    public void Checking_a_good_request_allocates_nothing_for_flat_members()
    {
        var request = Bodies.Read<SignUpRequest>("""{"ClientId":"abc","Username":"jürgen🙂","Password":"x!","ClientMetadata":{"a":""}}""");
        var violations = new Postern.Contract.Violations();
        request.Validate(violations);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            request.Validate(violations);
        // A map's entries are walked through its interface: one small enumerator a map and round.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 250);
        Assert.Equal(0, violations.Count);
    }
}
