using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The errors of a service as exceptions.</summary>
internal static class Exceptions
{
    private static readonly HashSet<string> Inherited = new(StringComparer.Ordinal)
    {
        "Data", "ErrorType", "HelpLink", "HResult", "InnerException", "Message", "Source", "StackTrace", "Status", "TargetSite", "Text",
    };

    public static string Emit(ServiceModel model)
    {
        var code = Types.File(model);
        foreach (var shape in model.Shapes.Where(shape => shape.IsError))
        {
            var members = shape.Members.Where(member => !string.Equals(member.Name, "message", StringComparison.OrdinalIgnoreCase)).ToList();
            code.Line($"/// <summary>The error <c>{Identifier.Comment(shape.Code!)}</c>, status {shape.Status}.</summary>");
            code.Line("/// <param name=\"message\">The exact text for the client; null where the service sends none.</param>");
            var arguments = $"{Identifier.Literal(shape.Code)}, {shape.Status}, message";
            code.Open($"public sealed class {shape.TypeName}(string? message = null) : ServiceException({arguments})");
            foreach (var member in members)
            {
                code.Line($"/// <summary>{Types.Summary(model, member)}</summary>");
                code.Line($"public {Types.Of(model, member.ShapeName)}? {Name(member)} {{ get; init; }}").Line();
            }
            if (members.Count > 0)
                Write(code, model, members);
            code.Close().Line();
        }
        return code.ToString();
    }

    private static void Write(CodeWriter code, ServiceModel model, List<Member> members)
    {
        code.Open("public override void WriteMembers(Utf8JsonWriter writer)");
        foreach (var member in members)
            Writer.Member(code, model, member, Name(member));
        code.Close();
    }

    private static string Name(Member member) => Inherited.Contains(member.PropertyName) ? member.PropertyName + "Value" : member.PropertyName;
}
