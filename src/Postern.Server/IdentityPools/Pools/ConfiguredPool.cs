using System.Buffers;
using System.Text.Json;
using Postern.Contract.IdentityPools;
using Postern.Storage;

namespace Postern.IdentityPools.Pools;

/// <summary>An identity pool as operations see it: its row, and its settings as DescribeIdentityPool answers them.</summary>
public sealed record ConfiguredPool(StoredPool Row, IdentityPool Settings)
{
    public string Id => Row.Id;

    public string Arn => $"arn:aws:cognito-identity:{Row.Region}:{Row.Account}:identitypool/{Row.Id}";

    internal static ConfiguredPool Open(StoredPool row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return new(row, IdentityPool.Read(ref reader));
    }

    internal static byte[] ToJson(IdentityPool settings)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            settings.Write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
