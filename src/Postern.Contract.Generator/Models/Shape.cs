namespace Postern.Contract.Generator.Models;

internal enum ShapeKind
{
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Boolean,
    Timestamp,
    Blob,
    Double,
    Document,
}

/// <summary>A named type of a service model, with the constraints that a request's values must meet.</summary>
internal sealed class Shape
{
    public Shape(string name, JsonMembers text)
    {
        Name = name;
        Kind = KindOf(name, text);
        Minimum = text.Number("min");
        Maximum = text.Number("max");
        Pattern = text.Text("pattern");
        Values = text.Texts("enum");
        IsSensitive = text.Flag("sensitive");
        Since = text.Text("since");
        Element = text.Text("member") ?? text.Text("value");
        Key = text.Text("key");
        var required = text.Texts("required");
        Members = [.. (text.Members("members") ?? []).Select(member => new Member(member.Key, member.Value, required.Contains(member.Key)))];
        if (text.Members("error") is { } error)
        {
            Status = (int)(error.Number("status") ?? 400);
            Code = error.Text("code") ?? name;
        }
    }

    public string Name { get; }

    public string TypeName => Identifier.Pascal(Name);

    public ShapeKind Kind { get; }

    public decimal? Minimum { get; }

    public decimal? Maximum { get; }

    public string? Pattern { get; }

    /// <summary>The value set of an enum; empty for a free string.</summary>
    public IReadOnlyList<string> Values { get; }

    public bool IsSensitive { get; }

    public string? Since { get; }

    /// <summary>The shape of a list's elements or a map's values.</summary>
    public string? Element { get; }

    public string? Key { get; }

    public IReadOnlyList<Member> Members { get; }

    /// <summary>The HTTP status of an error; null for a shape that is none.</summary>
    public int? Status { get; }

    public string? Code { get; }

    public bool IsError => Status is not null;

    public bool IsConstrained => Minimum is not null || Maximum is not null || Pattern is not null || Values.Count > 0;

    public bool IsValueType =>
        Kind is ShapeKind.Integer or ShapeKind.Long or ShapeKind.Boolean or ShapeKind.Timestamp or ShapeKind.Double or ShapeKind.Document;

    private static ShapeKind KindOf(string name, JsonMembers text)
    {
        switch (text.Text("type"))
        {
            // Free JSON is a structure without members there, told from an empty structure by its name or a flag.
            case "structure" when text.Flag("document") || (name == "Document" && text.Members("members") is null or { Count: 0 }):
                return ShapeKind.Document;
            case "structure": return ShapeKind.Structure;
            case "list": return ShapeKind.List;
            case "map": return ShapeKind.Map;
            case "string": return ShapeKind.String;
            case "integer": return ShapeKind.Integer;
            case "long": return ShapeKind.Long;
            case "boolean": return ShapeKind.Boolean;
            case "timestamp": return ShapeKind.Timestamp;
            case "blob": return ShapeKind.Blob;
            case "float" or "double": return ShapeKind.Double;
            case "document": return ShapeKind.Document;
            case var other: throw new FormatException($"shape {name} has the unknown type '{other}'");
        }
    }
}

/// <summary>A member of a structure: its wire name and the name of its shape.</summary>
internal sealed class Member(string name, object? text, bool isRequired)
{
    public string Name { get; } = name;

    public string PropertyName { get; } = Identifier.Pascal(name);

    /// <summary>The name that violations show: the first letter lower-cased.</summary>
    public string PathName { get; } = char.ToLowerInvariant(name[0]) + name.Substring(1);

    public string ShapeName { get; } = text as string ?? (text as JsonMembers)?.Text("shape") ?? throw new FormatException($"member {name} has no shape");

    public bool IsRequired { get; } = isRequired;

    public bool IsDeprecated { get; } = text is JsonMembers members && members.Flag("deprecated");
}
