using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Postern.Contract.Generator.Binding;

/// <summary>A class that implements an operation, as text: no symbol outlives its compilation.</summary>
/// <param name="ClassName">The class's own name, which is to be its operation's.</param>
/// <param name="Class">The class's full name.</param>
/// <param name="Request">The request type's full name.</param>
/// <param name="Response">The response type's full name.</param>
/// <param name="Table">The full name of the class whose properties describe the service's operations.</param>
/// <param name="IsQuery">Whether the service speaks the Query protocol.</param>
/// <param name="Shapes">The operations that have this request, and what each answers.</param>
/// <param name="ConstructorCount">How many constructors can be called.</param>
/// <param name="Parameters">The parameters of the first of them.</param>
/// <param name="Place">Where the class stands.</param>
internal sealed record BoundOperation(
    string ClassName,
    string Class,
    string Request,
    string Response,
    string Table,
    bool IsQuery,
    EquatableArray<OperationShapes> Shapes,
    int ConstructorCount,
    EquatableArray<TypedName> Parameters,
    Place Place)
{
    private const string Contract = "Postern.Contract";

    public static BoundOperation? Of(GeneratorSyntaxContext context, CancellationToken stop)
    {
        var syntax = (ClassDeclarationSyntax)context.Node;
        if (context.SemanticModel.GetDeclaredSymbol(syntax, stop) is not INamedTypeSymbol { IsAbstract: false, IsStatic: false, Arity: 0 } type)
            return null;
        var operation = type.AllInterfaces.FirstOrDefault(implemented => IsContract(implemented, "IOperation", 2));
        if (operation?.TypeArguments[0] is not INamedTypeSymbol request || operation.TypeArguments[1] is not INamedTypeSymbol response)
            return null;

        var concept = request.ContainingNamespace;
        var constructors = type.InstanceConstructors
            .Where(constructor => constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal)
            .ToList();
        return new(
            type.Name,
            Name(type),
            Name(request),
            Name(response),
            $"global::{concept.ToDisplayString()}.{concept.Name}Operations",
            request.AllInterfaces.Any(implemented => IsContract(implemented, "IQueryRequest", 1)),
            new(ShapesOf(concept, request)),
            constructors.Count,
            new(constructors.Take(1).SelectMany(constructor => constructor.Parameters)
                .Select(parameter => new TypedName(parameter.Name, Name(parameter.Type)))),
            Place.Of(syntax.Identifier.GetLocation()));
    }

    public static string Name(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static bool IsContract(INamedTypeSymbol type, string name, int arity) =>
        type.Name == name && type.Arity == arity && type.ContainingNamespace.ToDisplayString() == Contract;

    private static IEnumerable<OperationShapes> ShapesOf(INamespaceSymbol concept, INamedTypeSymbol request) =>
        from table in concept.GetTypeMembers(concept.Name + "Operations")
        from property in table.GetMembers().OfType<IPropertySymbol>()
        from attribute in property.GetAttributes()
        where attribute.AttributeClass?.Name is "OperationShapesAttribute" && attribute.ConstructorArguments.Length == 2
        where SymbolEqualityComparer.Default.Equals(attribute.ConstructorArguments[0].Value as ITypeSymbol, request)
        select new OperationShapes(property.Name, attribute.ConstructorArguments[1].Value is ITypeSymbol response ? Name(response) : "");
}

/// <summary>An operation of the table, and its response type's full name.</summary>
internal sealed record OperationShapes(string Operation, string Response);

/// <summary>A parameter or property with its type's full name.</summary>
internal sealed record TypedName(string Name, string Type);

/// <summary>A place in a file, for a diagnostic; unlike a <see cref="Location"/> it keeps no syntax tree.</summary>
internal sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(Location location) => new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
