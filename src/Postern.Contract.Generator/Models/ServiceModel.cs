namespace Postern.Contract.Generator.Models;

/// <summary>A service model of <c>api/</c>: its operations and shapes, in the order of the file.</summary>
internal sealed class ServiceModel
{
    private readonly Dictionary<string, Shape> shapes = new(StringComparer.Ordinal);

    private ServiceModel(string fileName, JsonMembers text)
    {
        Service = text.Text("service") ?? throw new FormatException("no \"service\"");
        Version = text.Text("version") ?? "";
        IsQuery = text.Text("protocol") is "query";
        Target = text.Text("target");
        SigningName = text.Text("signingName") ?? throw new FormatException("no \"signingName\"");
        XmlNamespace = text.Text("xmlNamespace");
        Concept = fileName switch
        {
            "cognito-idp.json" => "UserPools",
            "cognito-identity.json" => "IdentityPools",
            "sts.json" => "SecurityTokens",
            _ => Identifier.Pascal(Service),
        };
        foreach (var shape in text.Members("shapes") ?? throw new FormatException("no \"shapes\""))
            shapes.Add(shape.Key, new Shape(shape.Key, shape.Value as JsonMembers ?? throw new FormatException($"shape {shape.Key} is no object")));
        Operations = [.. (text.Members("operations") ?? throw new FormatException("no \"operations\""))
            .Select(operation => new Operation(operation.Key, operation.Value as JsonMembers ?? [], this))];
        foreach (var name in References().Where(name => !shapes.ContainsKey(name)))
            throw new FormatException($"shape {name} is not there");
        AddEmptyRequests();
    }

    public string Service { get; }

    public string Version { get; }

    public bool IsQuery { get; }

    public string? Target { get; }

    public string SigningName { get; }

    public string? XmlNamespace { get; }

    /// <summary>The last part of the namespace, and the beginning of the names of its static classes: <c>UserPools</c>.</summary>
    public string Concept { get; }

    public string Namespace => $"Postern.Contract.{Concept}";

    public IReadOnlyList<Operation> Operations { get; }

    public IEnumerable<Shape> Shapes => shapes.Values;

    public IEnumerable<Shape> Structures => Shapes.Where(shape => shape.Kind is ShapeKind.Structure && !shape.IsError);

    public Shape this[string name] => shapes[name];

    /// <exception cref="FormatException">The text is no service model.</exception>
    public static ServiceModel Parse(string fileName, string text) =>
        new(fileName, JsonText.Parse(text) as JsonMembers ?? throw new FormatException("the model is no object"));

    private IEnumerable<string> References() =>
        Shapes.SelectMany(shape => shape.Members.Select(member => member.ShapeName))
            .Concat(Shapes.Where(shape => shape.Kind is ShapeKind.List or ShapeKind.Map).Select(shape => shape.Element ?? "of a list's member"))
            .Concat(Shapes.Where(shape => shape.Kind is ShapeKind.Map).Select(shape => shape.Key ?? "of a map's key"))
            .Concat(Operations.SelectMany(operation => new[] { operation.Input, operation.Output }).OfType<string>());

    private void AddEmptyRequests()
    {
        foreach (var operation in Operations.Where(operation => operation.Input is null && !shapes.ContainsKey(operation.RequestShape)))
            shapes.Add(operation.RequestShape, new Shape(operation.RequestShape, [new("type", "structure")]));
    }
}

/// <summary>An operation of a service model.</summary>
internal sealed class Operation(string name, JsonMembers text, ServiceModel service)
{
    public string Name { get; } = name;

    public string? Input { get; } = text.Text("input");

    public string? Output { get; } = text.Text("output");

    public bool IsSigned { get; } = text.Text("auth") is not "none";

    public string? Since { get; } = text.Text("since");

    public IReadOnlyList<string> Errors { get; } = text.Texts("errors");

    public string? Target { get; } = service.Target is { } target ? $"{target}.{name}" : null;

    /// <summary>The request's shape; one of its own where the model has none.</summary>
    public string RequestShape => Input ?? Name + "Request";

    public string RequestType => Identifier.Pascal(RequestShape);

    public string ResponseType => Output is { } output ? Identifier.Pascal(output) : "NoOutput";
}
