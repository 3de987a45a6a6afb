using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Load.Generator;
using Postern.Load.Limits;
using Postern.Load.Target;

namespace Postern.Load.Operations;

/// <summary>Sign-ins by SRP: InitiateAuth, then RespondToAuthChallenge with a right proof.</summary>
/// <remarks>The client's work is kept small, for it runs beside the server: one secret a for all, and k·g^x of a user is kept. One power of 384
/// bits is left, about 0.8 ms.</remarks>
internal sealed class SrpTraffic : Traffic
{
    private const int SecretSize = 16;

    private readonly PoolUnderLoad pool;
    private readonly SrpGroup group = new();
    private readonly NumberedTraffic first;
    private readonly Dictionary<long, Known> users = [];
    private readonly byte[] a = RandomNumberGenerator.GetBytes(SecretSize);
    private readonly byte[] publicA;
    private byte[] second = [];

    public SrpTraffic(PoolUnderLoad pool, Func<long, long> number)
    {
        this.pool = pool;
        publicA = group.PowerOfGenerator(a);
        first = new(WireRequest.Call(pool.Api.Url, "InitiateAuth", new()
        {
            ["AuthFlow"] = "USER_SRP_AUTH",
            ["ClientId"] = pool.ClientId,
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = PoolUnderLoad.Username(), ["SRP_A"] = Convert.ToHexStringLower(publicA) },
        }), number);
    }

    public override ReadOnlySpan<byte> Begin(Call call) => first.Begin(call);

    public override ReadOnlySpan<byte> Continue(Call call, ReadOnlySpan<byte> body)
    {
        if (call.Answers == 2)
            return default;
        var challenge = JsonNode.Parse(body)!["ChallengeParameters"]!;
        var name = (string)challenge["USER_ID_FOR_SRP"]!;
        var block = (string)challenge["SECRET_BLOCK"]!;
        var time = DateTime.UtcNow.ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture);
        var key = SessionKey(call.Item, name, Number((string)challenge["SALT"]!), Number((string)challenge["SRP_B"]!));
        byte[] message = [.. Encoding.UTF8.GetBytes(PoolName + name), .. Convert.FromBase64String(block), .. Encoding.UTF8.GetBytes(time)];
        second = WireRequest.Call(pool.Api.Url, "RespondToAuthChallenge", new()
        {
            ["ChallengeName"] = "PASSWORD_VERIFIER",
            ["ClientId"] = pool.ClientId,
            ["ChallengeResponses"] = new JsonObject
            {
                ["USERNAME"] = name,
                ["PASSWORD_CLAIM_SECRET_BLOCK"] = block,
                ["PASSWORD_CLAIM_SIGNATURE"] = Convert.ToBase64String(HMACSHA256.HashData(key, message)),
                ["TIMESTAMP"] = time,
            },
        });
        return second;
    }

    private string PoolName => pool.Id[(pool.Id.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <summary>The first 16 bytes of HKDF-SHA256 with u as salt over S = (B - k·g^x)^(a + u·x).</summary>
    private byte[] SessionKey(long user, string name, byte[] salt, byte[] publicB)
    {
        if (!users.TryGetValue(user, out var known) || !known.Salt.AsSpan().SequenceEqual(salt))
            users[user] = known = Learn(name, salt);
        var u = SHA256.HashData([.. SrpGroup.Pad(publicA), .. SrpGroup.Pad(publicB)]);
        var shared = group.SharedSecretOfClient(publicB, known.MultipliedVerifier, a, u, known.X);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, SrpGroup.Pad(shared), 16, SrpGroup.Pad(u), "Caldera Derived Key"u8.ToArray());
    }

    private Known Learn(string name, byte[] salt)
    {
        var inner = SHA256.HashData(Encoding.UTF8.GetBytes($"{PoolName}{name}:{PoolUnderLoad.Password}"));
        var x = SHA256.HashData([.. SrpGroup.Pad(salt), .. inner]);
        return new(salt, x, group.Multiplied(group.PowerOfGenerator(x)));
    }

    private static byte[] Number(string hex) => Convert.FromHexString(hex.Length % 2 == 0 ? hex : "0" + hex);

    private sealed record Known(byte[] Salt, byte[] X, byte[] MultipliedVerifier);
}
