using Microsoft.CodeAnalysis;

namespace Postern.Contract.Generator.Binding;

/// <summary>What keeps an operation from being bound, and what to do about it.</summary>
internal static class Problems
{
    public static readonly DiagnosticDescriptor NoPart = Of("POSTERN101", "A parameter of an operation matches no part or several",
        "The operation {0} takes '{1}' of type {2}, but {3}");

    public static readonly DiagnosticDescriptor WrongShapes = Of(
        "POSTERN102", "An operation's class is not named as its operation, or answers with another type", "The class {0} {1}");

    public static readonly DiagnosticDescriptor NoConstructor = Of("POSTERN103", "An operation has no single constructor",
        "The operation {0} has {1} constructors that can be called: give it one, whose parameters are parts");

    public static readonly DiagnosticDescriptor Twice = Of("POSTERN104", "An operation has two classes",
        "The operation {0} is implemented by {1} and by {2}: remove one");

    private static DiagnosticDescriptor Of(string id, string title, string message) =>
        new(id, title, message, "Binding", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
