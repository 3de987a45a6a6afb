using System.Text;
using System.Xml;
using Postern.Contract;
using Postern.Contract.SecurityTokens;

namespace Postern.Tests.Contract;

public class Query
{
    [Fact]
    public void Flattened_parameters_are_read_into_members_lists_and_structures()
    {
        var request = Read(
            ("Action", "AssumeRole"), ("RoleArn", "arn:aws:iam::123456789012:role/r"), ("RoleSessionName", "s"), ("DurationSeconds", "900"),
            ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b"), ("Tags.member.2.Key", "c"),
            ("TransitiveTagKeys.member.1", "a"), ("TransitiveTagKeys.member.3", "gap"));
        Assert.Equal("s", request.RoleSessionName);
        Assert.Equal(900, request.DurationSeconds);
        Assert.Equal(["a", "c"], request.Tags!.Select(tag => tag.Key));
        Assert.Equal(["b", null], request.Tags!.Select(tag => tag.Value));
        Assert.Equal(["a"], request.TransitiveTagKeys);
        Assert.Null(request.PolicyArns);
    }

    [Fact]
    public void An_empty_list_is_told_from_an_absent_one() => Assert.Empty(Read(("Tags", "")).Tags!);

    [Fact]
    public void A_name_that_only_begins_alike_is_no_part() => Assert.Null(Read(("TagsX.member.1.Key", "a"), ("Tags", "x")).Tags);

    [Fact]
    public void A_value_of_another_type_is_refused() => Assert.Throws<SerializationException>(() => Read(("DurationSeconds", "soon")));

    [Fact]
    public void Violations_show_the_path_into_lists()
    {
        var violations = new Violations();
        var request = Read(
            ("RoleArn", "arn:aws:iam::123456789012:role/r"), ("RoleSessionName", "ok"),
            ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v"), ("Tags.member.2.Value", "v"));
        request.Validate(violations);
        Assert.Equal(
            "1 validation error detected: Value null at 'tags.2.member.key' failed to satisfy constraint: Member must not be null",
            violations.ToString());
    }

    [Fact]
    public void Members_are_written_as_elements_of_the_answers_namespace()
    {
        var response = new AssumeRoleResponse
        {
            Credentials = new()
            {
                AccessKeyId = "ASIA",
                SecretAccessKey = "s<&>",
                SessionToken = "t",
                Expiration = DateTimeOffset.FromUnixTimeSeconds(1573306481),
            },
            AssumedRoleUser = new() { AssumedRoleId = "id", Arn = "arn" },
            PackedPolicySize = 6,
        };
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            writer.WriteStartElement("AssumeRoleResult", SecurityTokensOperations.AssumeRole.XmlNamespace);
            response.Write(writer);
            writer.WriteEndElement();
        }
        Assert.Equal(
            """
            <AssumeRoleResult xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials>
            <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s&lt;&amp;&gt;</SecretAccessKey>
            <SessionToken>t</SessionToken><Expiration>2019-11-09T13:34:41Z</Expiration></Credentials>
            <AssumedRoleUser><AssumedRoleId>id</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
            <PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>
            """.ReplaceLineEndings(""),
            text.ToString());
    }

    private static AssumeRoleRequest Read(params (string Name, string Value)[] parameters) =>
        AssumeRoleRequest.Read(new QueryParameters(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value)));
}
