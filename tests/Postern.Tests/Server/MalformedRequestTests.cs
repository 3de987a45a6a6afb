using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Contract;

namespace Postern.Tests.Server;

/// <summary>Whatever is sent to an operation that is served, the answer is its own or an error of the contract, and never the server's fault.</summary>
public sealed class MalformedRequestTests
{
    /// <summary>What the front door answers by itself, beside the errors that the model names.</summary>
    private static readonly HashSet<string> FrontDoor =
        ["SerializationException", "InvalidParameterException", "ValidationException", "MissingAuthenticationTokenException", "RequestEntityTooLargeException"];

    /// <summary>Values of the wrong type, size or content, as JSON.</summary>
    private static readonly string[] Garbage =
    [
        "null", "true", "0", "-1", "1.5", "2147483648", "99999999999999999999999999", "1e400", "-1e400",
        "\"\"", "\" \"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"%s%n' OR 1=1 --\"", $"\"{new string('x', 3000)}\"", $"\"{string.Concat(Enumerable.Repeat("😀", 140))}\"",
        "[]", "[null]", "[[]]", "[\"x\"]", "[1]", "[{}]", "[{\"Name\":null,\"Value\":null}]", "[{\"Name\":\"email\",\"Value\":\"\\u0000\"}]",
        "{}", "{\"x\":null}", "{\"\":\"\"}", "{\"x\":\"y\"}", "{\"x\":[{\"y\":[{}]}]}", Nested(20), Nested(40),
    ];

    private static readonly JsonObject[] Models = [Model("cognito-idp"), Model("cognito-identity")];

    /// <summary>Operations in an order in which none takes away too early what the others are tried with: the user's tokens and password, the
    /// user, the pool.</summary>
    private static IEnumerable<OperationDescription> HarmlessFirst() => Served().OrderBy(static operation => operation.Name switch
    {
        "DeleteUserPool" => 3,
        "DeleteUser" or "AdminDeleteUser" or "DeleteUserPoolClient" => 2,
        "AdminDisableUser" or "AdminResetUserPassword" or "AdminSetUserPassword" or "ChangePassword" or "RevokeToken" or "UpdateUserPool" => 1,
        var name => name.Contains("SignOut", StringComparison.Ordinal) ? 1 : 0,
    });

    [Fact]
    public async Task A_body_that_is_no_request_is_refused_by_every_operation()
    {
        await using var server = await TestServer.Own();
        var problems = new List<string>();
        foreach (var operation in Served())
        {
            var mustHaveMembers = Input(operation)["required"] is JsonArray { Count: > 0 };
            foreach (var body in Bodies())
            {
                var (status, type) = await Send(server, operation, body);
                if (status >= 500 || !IsKnown(operation, type) || (status == 200 && (mustHaveMembers || body.Length > 4)))
                    problems.Add($"{operation.Name} with {Text(body)}: {status} {type}");
            }
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(50)));
    }

    [Fact]
    public async Task A_body_of_more_than_a_mebibyte_or_two_with_images_is_refused_whether_its_length_is_told_or_not()
    {
        await using var server = await TestServer.Own();
        foreach (var operation in Served())
        {
            var limit = operation.Name is "CreateManagedLoginBranding" or "UpdateManagedLoginBranding" ? 2 * 1024 * 1024 : 1024 * 1024;
            var body = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', limit - 7) + "\"}");
            Assert.Equal(limit + 1, body.Length);
            foreach (var isTold in (bool[])[true, false])
            {
                var (status, type) = await Send(server, operation, body, isTold);
                Assert.Equal((413, "RequestEntityTooLargeException"), (status, type));
            }
        }
    }

    [Fact]
    public async Task No_value_of_any_member_is_more_than_an_operation_can_bear()
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var world = await World.Create(server);
        var problems = new List<string>();
        foreach (var operation in HarmlessFirst())
        {
            var input = Input(operation);
            var valid = world.Valid(operation, input);
            foreach (var (member, _) in input["members"]!.AsObject())
            {
                foreach (var value in Garbage)
                {
                    var rest = valid.Where(pair => pair.Key != member).Select(static pair => $"\"{pair.Key}\":{pair.Value!.ToJsonString()},");
                    var body = Encoding.UTF8.GetBytes($"{{{string.Concat(rest)}\"{member}\":{value}}}");
                    var (status, type) = await Send(server, operation, body);
                    if (status >= 500 || !IsKnown(operation, type))
                        problems.Add($"{operation.Name} with {member} = {value[..Math.Min(60, value.Length)]}: {status} {type}");
                }
            }
        }
        Assert.True(problems.Count == 0, $"{problems.Count}:\n{string.Join('\n', problems.Take(60))}");
    }

    [Fact]
    public async Task Members_that_the_model_does_not_know_are_skipped()
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var world = await World.Create(server);
        foreach (var operation in HarmlessFirst())
        {
            var valid = world.Valid(operation, Input(operation)).ToJsonString();
            var separator = valid.Length > 2 ? "," : "";
            var (status, type) = await Send(server, operation, Encoding.UTF8.GetBytes($"{{\"NoSuchMember\":{Nested(10)},\"another\":1e9{separator}{valid[1..]}"));
            Assert.True(status < 500 && type != "SerializationException" && IsKnown(operation, type), $"{operation.Name}: {status} {type}");
        }
    }

    private static IEnumerable<OperationDescription> Served() => BoundOperations.Descriptions.Where(static operation => operation.Protocol is Protocol.Json);

    private static bool IsKnown(OperationDescription operation, string? type) => type is null || FrontDoor.Contains(type) || operation.Errors.Contains(type);

    private static IEnumerable<byte[]> Bodies()
    {
        string[] texts =
        [
            "", "null", "[]", "[{}]", "\"x\"", "1", "1e999", "true", "{", "}", "{\"a\":", "{\"a\"}", "{a:1}", "{'a':1}", "nonsense", "{}{}", "{} x", "{\"a\":1,}", "\0", "<x/>",
            "Action=GetUser", Nested(100), $"{{\"x\":{Nested(100)}}}", new('[', 100_000), new('{', 100_000), "{\"x\":\"\\u12\"}", "{\"x\":\"\n\"}", "/* */ {}",
        ];
        foreach (var text in texts)
            yield return Encoding.UTF8.GetBytes(text);
        yield return [.. Encoding.UTF8.GetPreamble(), .. "[]"u8];
        yield return Encoding.Unicode.GetBytes("{}");
        yield return [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1'];
        yield return [0xc0, 0x80];
    }

    private static async Task<(int Status, string? Type)> Send(TestServer server, OperationDescription operation, byte[] body, bool isLengthTold = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = isLengthTold ? new ByteArrayContent(body) : new StreamContent(new Untold(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", operation.Target);
        request.Headers.TryAddWithoutValidation("Authorization", server.Api.Authorization(operation.SigningName));
        using var response = await server.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode is HttpStatusCode.OK)
            return (200, null);
        var type = (string?)JsonNode.Parse(text)?["__type"];
        Assert.Equal(type + ":", response.Headers.GetValues("x-amzn-ErrorType").Single());
        return ((int)response.StatusCode, type ?? "none");
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"x\":[", depth / 2)) + string.Concat(Enumerable.Repeat("]}", depth / 2));

    private static string Text(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(40, body.Length)));

    private static JsonObject Model(string service) => JsonNode.Parse(File.ReadAllText(Path.Combine(Architecture.SourceFile.Root, "api", service + ".json")))!.AsObject();

    private static JsonObject ModelOf(OperationDescription operation) => Models[operation.SigningName is "cognito-idp" ? 0 : 1];

    private static JsonObject Input(OperationDescription operation)
    {
        var model = ModelOf(operation);
        return model["shapes"]![(string)model["operations"]![operation.Name]!["input"]!]!.AsObject();
    }

    /// <summary>A pool, a client, a group and a user who is signed in: what valid requests name.</summary>
    private sealed record World(Pool Pool, string Name, string AccessToken, string RefreshToken)
    {
        public static async Task<World> Create(TestServer server)
        {
            var pool = await Pool.Create(server, SelfService.VerifiesEmail);
            var name = await pool.Join();
            var tokens = await pool.SignIn(name);
            return new(pool, name, (string)tokens["AccessToken"]!, (string)tokens["RefreshToken"]!);
        }

        /// <summary>The members that the operation needs, with values that fit.</summary>
        public JsonObject Valid(OperationDescription operation, JsonObject input)
        {
            var valid = new JsonObject();
            foreach (var member in input["required"]?.AsArray() ?? [])
                valid[(string)member!] = Value(ModelOf(operation), operation.Name, (string)member!, (string)input["members"]![(string)member!]!);
            return valid;
        }

        private JsonNode Value(JsonObject model, string operation, string member, string shapeName)
        {
            var shape = model["shapes"]![shapeName]!.AsObject();
            return member switch
            {
                "UserPoolId" => Pool.Id,
                "ClientId" => Pool.ClientId,
                "AccessToken" => AccessToken,
                "Token" or "RefreshToken" => RefreshToken,
                "Username" => operation is "SignUp" or "AdminCreateUser" ? SelfService.NewName() : Name,
                "Password" or "ProposedPassword" => Pool.Password,
                "AttributeName" => "email",
                "AuthFlow" => "USER_PASSWORD_AUTH",
                "ChallengeName" => "NEW_PASSWORD_REQUIRED",
                "ResourceArn" => $"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{Pool.Id}",
                _ => (string)shape["type"]! switch
                {
                    "string" => shape["enum"] is JsonArray values ? (string)values[0]! : "123456",
                    "integer" or "long" => (int?)shape["min"] ?? 1,
                    "boolean" => true,
                    "list" => new JsonArray(),
                    "structure" when shape["required"] is JsonArray required => new JsonObject(required.Select(name =>
                        KeyValuePair.Create<string, JsonNode?>((string)name!, Value(model, operation, (string)name!, (string)shape["members"]![(string)name!]!)))),
                    _ => new JsonObject(),
                },
            };
        }
    }

    /// <summary>A stream that does not tell its length, so that the body is chunked.</summary>
    private sealed class Untold(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;
    }
}
