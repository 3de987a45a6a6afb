using System.Buffers;
using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Terms;

/// <summary>Finds the terms of use and privacy policies of app clients.</summary>
/// <remarks>A document is a row named <c>{client}/{document}</c>, so that a client has one of each at most, and a second row, <c>#</c> and its id, that
/// names the first: it sorts before all clients.</remarks>
public sealed class TermsDocuments(IResourceStore resources)
{
    /// <summary>How many documents a pool may have (quotas sheet).</summary>
    internal const int Most = 40;

    private const string TermsOfUse = "terms-of-use";
    private const string PrivacyPolicy = "privacy-policy";
    private const string IdPrefix = "#";

    /// <summary>Behind every id, and before every client's id.</summary>
    private const string AfterIds = "$";

    /// <summary>The two links that managed login shows at sign-up; null where the client does not have both documents.</summary>
    /// <param name="language">As pages are asked for it, such as <c>pt-BR</c>; null for the default.</param>
    public async ValueTask<TermsLinks?> For(AppClient client, string? language, CancellationToken stop)
    {
        if (await FindByName(client.Pool.Number, client.Id, TermsOfUse, stop) is not { } use || await FindByName(client.Pool.Number, client.Id, PrivacyPolicy, stop) is not { } privacy)
            return null;
        return new(TermsLinks.Of(Read(use).Links, language), TermsLinks.Of(Read(privacy).Links, language));
    }

    /// <summary>The document of an id, with its row.</summary>
    /// <exception cref="ResourceNotFoundException">The pool has no such document (text unverified against the service).</exception>
    internal async ValueTask<(StoredResource Row, TermsType Terms)> Get(UserPool pool, string id, CancellationToken stop)
    {
        var folded = id.ToLowerInvariant();
        return await resources.Find(pool.Number, ResourceKind.Terms, IdPrefix + folded, stop) is { } pointer
            && await resources.Find(pool.Number, ResourceKind.Terms, ReadName(pointer), stop) is { } row && Read(row) is var terms && terms.TermsId == folded
            ? (row, terms)
            : throw new ResourceNotFoundException("Terms does not exist.");
    }

    internal ValueTask<StoredResource?> FindByName(long pool, string clientId, string document, CancellationToken stop) =>
        resources.Find(pool, ResourceKind.Terms, Name(clientId, document), stop);

    /// <summary>A page of documents, by client and name.</summary>
    internal ValueTask<Page<StoredResource>> List(UserPool pool, string? after, int limit, CancellationToken stop) =>
        resources.List(pool.Number, ResourceKind.Terms, after ?? AfterIds, limit, stop);

    /// <summary>The writes that make a document.</summary>
    internal static IEnumerable<Write> Creation(UserPool pool, TermsType terms, DateTimeOffset now)
    {
        var row = new StoredResource(pool.Number, ResourceKind.Terms, Name(terms.ClientId, terms.TermsName), ToJson(terms), default, now, now, Version: 0);
        return [new PutResource(row), new PutResource(row with { Name = IdPrefix + terms.TermsId, Settings = JsonText(row.Name) })];
    }

    /// <summary>The writes that change a document, its name included.</summary>
    internal static IEnumerable<Write> Changing(StoredResource row, StoredResource pointer, TermsType terms)
    {
        var name = Name(terms.ClientId, terms.TermsName);
        var changed = row with { Settings = ToJson(terms), Modified = terms.LastModifiedDate };
        return name == row.Name
            ? [new PutResource(changed)]
            : [new PutResource(changed with { Name = name, Version = 0 }), new DeleteResource(row), new PutResource(pointer with { Settings = JsonText(name) })];
    }

    /// <summary>The row that leads from an id to its document, of a document that is there.</summary>
    internal ValueTask<StoredResource?> FindPointer(UserPool pool, string id, CancellationToken stop) =>
        resources.Find(pool.Number, ResourceKind.Terms, IdPrefix + id, stop);

    /// <summary>The writes that take a client's documents away.</summary>
    internal async ValueTask<IReadOnlyList<Write>> Removal(UserPool pool, string clientId, CancellationToken stop)
    {
        var writes = new List<Write>();
        foreach (var document in (string[])[TermsOfUse, PrivacyPolicy])
        {
            if (await FindByName(pool.Number, clientId, document, stop) is { } row && await FindPointer(pool, Read(row).TermsId, stop) is { } pointer)
                writes.AddRange([new DeleteResource(row), new DeleteResource(pointer)]);
        }
        return writes;
    }

    internal static TermsType Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return TermsType.Read(ref reader) with { CreationDate = row.Created, LastModifiedDate = row.Modified };
    }

    private static string Name(string clientId, string document) => $"{clientId}/{document}";

    private static string ReadName(StoredResource pointer)
    {
        var reader = new Utf8JsonReader(pointer.Settings.Span);
        reader.Read();
        return reader.GetString()!;
    }

    private static byte[] JsonText(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");

    private static byte[] ToJson(TermsType terms)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            terms.Write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
