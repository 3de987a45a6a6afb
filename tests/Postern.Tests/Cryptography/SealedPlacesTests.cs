using System.Text.RegularExpressions;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Tests.Architecture;

namespace Postern.Tests.Cryptography;

/// <summary>Nothing that is sealed is left out of the master key's rotation.</summary>
public sealed class SealedPlacesTests
{
    private static readonly Dictionary<string, SealedColumn> Sealed = new()
    {
        ["key_stock.sealed"] = SealedColumn.StockKey,
        ["signing_keys.sealed"] = SealedColumn.SigningKey,
        ["ring_keys.sealed"] = SealedColumn.RingKey,
        ["installation.value"] = SealedColumn.InstallationValue,
        ["resources.secret"] = SealedColumn.ResourceSecret,
        ["users.verifier"] = SealedColumn.UserVerifier,
        ["messages.content"] = SealedColumn.MessageContent,
        ["user_parts.secret"] = SealedColumn.UserPartSecret,
    };

    /// <summary>Bytes that are never sealed. Whoever adds a column decides here, and tells <see cref="ISealedValues"/> where it is.</summary>
    private static readonly string[] Plain =
    [
        "pools.settings", "resources.settings", "users.sub", "users.salt", "users.attributes", "users.state", "names.sub", "terms.sub", "members.sub",
        "codes.sub", "codes.hash", "attempts.name", "revocations.origin_jti", "used_sessions.sign_in", "rotations.origin_jti", "messages.id",
        "user_parts.sub", "user_parts.data",
    ];

    /// <summary>Reserved for what is to come: nothing is sealed for them yet.</summary>
    private static readonly AtRestPurpose[] Unused =
        [AtRestPurpose.SoftwareTokenSecret, AtRestPurpose.AccessKey, AtRestPurpose.PasswordHash, AtRestPurpose.SessionState];

    [Fact]
    public void Every_column_of_bytes_is_known_to_be_sealed_or_not()
    {
        var columns = Tables.All.SelectMany(static table => table.Columns.Where(static column => column.Kind is ColumnKind.Bytes).Select(column => $"{table.Name}.{column.Name}"));
        Assert.Equal(Sealed.Keys.Concat(Plain).Order(), columns.Order());
        Assert.Equal(Enum.GetValues<SealedColumn>(), Sealed.Values.Order());
    }

    [Fact]
    public void Every_purpose_has_a_place()
    {
        SealedPlace[] places =
        [
            .. Enum.GetValues<SealedColumn>().Select(static column => new SealedPlace(column)),
            new(SealedColumn.InstallationValue, Name: "installation-secret"),
            .. Enum.GetValues<ResourceKind>().Select(static kind => new SealedPlace(SealedColumn.ResourceSecret, Number: (int)kind)),
        ];
        var known = places.Select(static place => SealedAs.Of(place)?.Purpose).OfType<AtRestPurpose>().Distinct();
        Assert.Equal(Enum.GetValues<AtRestPurpose>().Except(Unused).Except([AtRestPurpose.Check]), known.Order());
        var table = SourceFile.Below("src/Postern.Server").Single(static source => source.Name is "SealedAs").Code;
        Assert.DoesNotContain(Unused, purpose => Regex.IsMatch(table, $@"\bAtRestPurpose\.{purpose}\b"));
    }

    [Fact]
    public void Whoever_seals_takes_purpose_and_owner_from_the_one_table()
    {
        var others = from source in SourceFile.Below("src/Postern.Server")
                     where source.Name is not ("SealedAs" or "AtRestPurpose") && Regex.IsMatch(source.Code, @"\bAtRestPurpose\.\w")
                     select $"{source.Path} names a purpose: add it to SealedAs";
        SourceFile.AssertNone(others);
    }
}
