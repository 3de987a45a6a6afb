using Microsoft.CodeAnalysis;

namespace Postern.Contract.Generator.Binding;

/// <summary>The parts that operations are made of: the public properties of <c>Postern.Parts</c>.</summary>
/// <param name="IsThere">Whether the compilation has the parts and the endpoints to bind to.</param>
/// <param name="Properties">The parts by name.</param>
internal sealed record Parts(bool IsThere, EquatableArray<TypedName> Properties)
{
    public static Parts Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Postern.Parts") is { } parts && compilation.GetTypeByMetadataName("Postern.Wire.Endpoint") is not null
            ? new(true, new(Members(parts).Select(property => new TypedName(property.Name, BoundOperation.Name(property.Type)))))
            : new(false, new([]));

    private static IEnumerable<IPropertySymbol> Members(INamedTypeSymbol parts)
    {
        for (var type = parts; type is not null; type = type.BaseType)
        {
            foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false, GetMethod: not null, IsOverride: false })
                    yield return property;
            }
        }
    }
}
