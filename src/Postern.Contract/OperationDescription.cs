namespace Postern.Contract;

/// <summary>How a service's operations are called and answered.</summary>
public enum Protocol
{
    /// <summary>JSON 1.1 in and out, told by <c>X-Amz-Target</c>.</summary>
    Json,

    /// <summary>Form parameters in, XML out, told by <c>Action</c>.</summary>
    Query,
}

/// <summary>What the service model says of an operation.</summary>
public sealed partial record OperationDescription
{
    public required string Name { get; init; }

    /// <summary>The last part of the contract's namespace: <c>UserPools</c>, <c>IdentityPools</c>, <c>SecurityTokens</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The service's name in its model: <c>Cognito Identity Provider</c>.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The model's version, which Query requests and answers carry: <c>2011-06-15</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The service's name in a SigV4 scope and in IAM actions: <c>cognito-idp</c>.</summary>
    public required string SigningName { get; init; }

    public required Protocol Protocol { get; init; }

    /// <summary><c>X-Amz-Target</c> of a JSON service's operation; null in the Query protocol.</summary>
    public string? Target { get; init; }

    /// <summary>The XML namespace of a Query service's answers; null elsewhere.</summary>
    public string? XmlNamespace { get; init; }

    /// <summary>Whether callers sign the request; the others send none or are not checked.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>Whether the answer has a body; without one it is 200 with nothing.</summary>
    public required bool HasOutput { get; init; }

    /// <summary>The error shapes that the model names.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>The year of the public SDK that the operation came with, where the model notes it.</summary>
    public string? Since { get; init; }

    public override string ToString() => $"{Service}.{Name}";
}

/// <summary>The types of an operation, for the generator that binds its behaviour.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OperationShapesAttribute(Type request, Type response) : Attribute
{
    public Type Request { get; } = request;

    public Type Response { get; } = response;
}
