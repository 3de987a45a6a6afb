using System.Buffers.Binary;
using System.Text;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>What a value at rest is sealed as: its purpose, and whom it belongs to as associated data. This is the one table of it, for those
/// who seal and for the master key's rotation. Part of what is stored: never change, only add.</summary>
public readonly record struct SealedAs(AtRestPurpose Purpose, ReadOnlyMemory<byte> Associated)
{
    public static SealedAs Check => new(AtRestPurpose.Check, default);

    public static SealedAs InstallationSecret => new(AtRestPurpose.InstallationSecret, default);

    public static SealedAs RingKey(int id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, id);
        return new(AtRestPurpose.RingKey, bytes);
    }

    public static SealedAs SigningKey(string kid) => new(AtRestPurpose.SigningKey, Encoding.UTF8.GetBytes(kid));

    public static SealedAs Verifier(long pool, Guid sub)
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, pool);
        sub.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        return new(AtRestPurpose.Verifier, bytes);
    }

    public static SealedAs DeviceVerifier(long pool, Guid sub, string deviceKey)
    {
        var length = Encoding.UTF8.GetByteCount(deviceKey);
        var bytes = new byte[24 + length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, pool);
        sub.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        Encoding.UTF8.GetBytes(deviceKey, bytes.AsSpan(24));
        return new(AtRestPurpose.Verifier, bytes);
    }

    public static SealedAs ClientSecret(string clientId) => new(AtRestPurpose.ClientSecret, Encoding.UTF8.GetBytes(clientId));

    public static SealedAs ProviderSecret(long pool, string provider) => new(AtRestPurpose.ProviderSecret, Encoding.UTF8.GetBytes($"{pool}/{provider}"));

    public static SealedAs Message(Guid id) => new(AtRestPurpose.Message, id.ToByteArray());

    /// <summary>As what the value of a row is sealed; null where rows of its kind hold nothing sealed, or the master key's own record, which its
    /// rotation replaces by itself.</summary>
    public static SealedAs? Of(SealedPlace place) => place.Column switch
    {
        SealedColumn.StockKey or SealedColumn.SigningKey => SigningKey(place.Name),
        SealedColumn.RingKey => RingKey(place.Number),
        SealedColumn.InstallationValue => place.Name == Cryptography.InstallationSecret.StoredName ? InstallationSecret : null,
        SealedColumn.ResourceSecret => (ResourceKind)place.Number switch
        {
            ResourceKind.Client => ClientSecret(place.Name),
            ResourceKind.IdentityProvider => ProviderSecret(place.Pool, place.Name),
            _ => null,
        },
        SealedColumn.UserVerifier => Verifier(place.Pool, place.Id),
        SealedColumn.UserPartSecret => (UserPartKind)place.Number is UserPartKind.Device ? DeviceVerifier(place.Pool, place.Id, place.Name) : null,
        SealedColumn.MessageContent => Message(place.Id),
        _ => null,
    };
}
