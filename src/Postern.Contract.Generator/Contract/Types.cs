using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>A shape as a C# type, and the members that hold it.</summary>
internal static class Types
{
    /// <summary>The head of a file that declares types of a service.</summary>
    public static CodeWriter File(ServiceModel model) => new CodeWriter()
        .Line("using System;").Line("using System.Collections.Generic;").Line("using System.Text.Json;").Line()
        .Line($"namespace {model.Namespace};").Line();

    public static string Of(ServiceModel model, string shapeName)
    {
        var shape = model[shapeName];
        return shape.Kind switch
        {
            ShapeKind.Structure => shape.IsError ? throw new FormatException($"the error {shapeName} is used as a member") : shape.TypeName,
            ShapeKind.List => $"IReadOnlyList<{Of(model, shape.Element!)}>",
            ShapeKind.Map => $"IReadOnlyDictionary<string, {Of(model, shape.Element!)}>",
            ShapeKind.String => "string",
            ShapeKind.Integer => "int",
            ShapeKind.Long => "long",
            ShapeKind.Boolean => "bool",
            ShapeKind.Timestamp => "DateTimeOffset",
            ShapeKind.Blob => "byte[]",
            ShapeKind.Double => "double",
            _ => "JsonElement",
        };
    }

    /// <summary>The property's name; C# lets no member bear its type's name.</summary>
    public static string Property(Shape owner, Member member) => member.PropertyName == owner.TypeName ? member.PropertyName + "Value" : member.PropertyName;

    /// <summary>The field behind the property: null while the member is absent, a required value type's, too.</summary>
    public static string Field(Member member) => char.ToLowerInvariant(member.PropertyName[0]) + member.PropertyName.Substring(1) + "Value";

    /// <summary>What a reader of the member has to know, as its docstring.</summary>
    public static string Summary(ServiceModel model, Member member)
    {
        var shape = model[member.ShapeName];
        var facts = new List<string> { shape.Values.Count > 0 ? $"<see cref=\"{shape.TypeName}\"/>" : $"<c>{shape.Name}</c>" };
        if (member.IsRequired)
            facts.Add("required");
        if (shape.Minimum is { } minimum)
            facts.Add($"at least {minimum}");
        if (shape.Maximum is { } maximum)
            facts.Add($"at most {maximum}");
        if (shape.IsSensitive)
            facts.Add("sensitive");
        if (member.IsDeprecated)
            facts.Add("deprecated");
        return string.Join(", ", facts) + ".";
    }
}
