using Microsoft.CodeAnalysis;
using Postern.Contract.Generator;

namespace Postern.Tests.Contract;

public class Binding
{
    private const string Wire = """
        using System.Threading;
        using System.Threading.Tasks;
        using Postern.Contract;
        namespace Postern
        {
            public sealed class Clock;
            public sealed class Store;
            public sealed class Pair;
            public sealed class Parts
            {
                public Clock Clock { get; } = new();
                public Store Store { get; } = new();
                public Pair Left { get; } = new();
                public Pair Right { get; } = new();
            }
        }
        namespace Postern.Wire
        {
            public abstract class Endpoint;
            public sealed class JsonEndpoint<TRequest, TResponse>(OperationDescription description, IOperation<TRequest, TResponse> operation) : Endpoint
                where TRequest : IRequest<TRequest> where TResponse : IResponse
            {
                public OperationDescription Description => description;
                public object Operation => operation;
            }
            public sealed class QueryEndpoint<TRequest, TResponse>(OperationDescription description, IOperation<TRequest, TResponse> operation) : Endpoint
                where TRequest : IQueryRequest<TRequest> where TResponse : IQueryResponse
            {
                public OperationDescription Description => description;
                public object Operation => operation;
            }
        }
        """;

    [Fact]
    public void Operations_are_made_of_the_parts_that_their_constructors_take()
    {
        var bound = Bound(
            Wire,
            Operation("UserPools", "SignUp", "(Store store, Clock clock)", "SignUpRequest", "SignUpResponse"),
            Operation("UserPools", "DeleteUserPool", "", "DeleteUserPoolRequest", "NoOutput"),
            Operation("SecurityTokens", "GetCallerIdentity", "(Clock clock)", "GetCallerIdentityRequest", "GetCallerIdentityResponse"));
        Assert.Contains(
            "new global::Postern.Wire.JsonEndpoint<global::Postern.Contract.UserPools.SignUpRequest, global::Postern.Contract.UserPools.SignUpResponse>"
                + "(global::Postern.Contract.UserPools.UserPoolsOperations.SignUp, new global::Postern.Sample.SignUp(parts.Store, parts.Clock)),",
            bound, StringComparison.Ordinal);
        Assert.Contains("new global::Postern.Sample.DeleteUserPool()),", bound, StringComparison.Ordinal);
        Assert.Contains("Postern.Wire.QueryEndpoint<global::Postern.Contract.SecurityTokens.GetCallerIdentityRequest", bound, StringComparison.Ordinal);
        Assert.Contains("    global::Postern.Contract.UserPools.UserPoolsOperations.DeleteUserPool,", bound, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_is_request_and_answer_is_bound_to_the_operation_that_takes_it()
    {
        var bound = Bound(Wire, Operation("IdentityPools", "UpdateIdentityPool", "", "IdentityPool", "IdentityPool"));
        Assert.Contains("IdentityPoolsOperations.UpdateIdentityPool, new", bound, StringComparison.Ordinal);
    }

    [Fact]
    public void Abstract_classes_and_other_interfaces_are_left_alone()
    {
        var operation = Operation("UserPools", "SignUp", "", "SignUpRequest", "SignUpResponse").Replace("sealed", "abstract", StringComparison.Ordinal);
        Assert.DoesNotContain("new global", Bound(Wire, operation, "class Other : System.IDisposable { public void Dispose() { } }"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_parts_nothing_is_generated()
    {
        var operation = Operation("UserPools", "DeleteUserPool", "", "DeleteUserPoolRequest", "NoOutput");
        Assert.Empty(Compiler.Generate(new OperationBinder(), Compiler.Compilation(operation)));
    }

    [Theory]
    [InlineData("(string text)", "POSTERN101: The operation SignUp takes 'text' of type string, but no part is: "
        + "add a public property of exactly this type to Postern.Parts")]
    [InlineData("(Pair pair)", "POSTERN101: The operation SignUp takes 'pair' of type Postern.Pair, but the parts Left, Right all are: "
        + "give each a type of its own, or leave one public property of this type in Postern.Parts")]
    public void A_parameter_needs_exactly_one_part(string parameters, string problem) =>
        Assert.Equal(problem, Assert.Single(Problems(Operation("UserPools", "SignUp", parameters, "SignUpRequest", "SignUpResponse"))));

    [Theory]
    [InlineData("Register", "SignUpRequest", "SignUpResponse", "POSTERN102: The class Postern.Sample.Register takes the request of SignUp: name it so")]
    [InlineData("SignUp", "SignUpRequest", "NoOutput",
        "POSTERN102: The class Postern.Sample.SignUp answers with Postern.Contract.NoOutput: the model says Postern.Contract.UserPools.SignUpResponse")]
    public void A_class_is_named_as_its_operation_and_answers_as_the_model_says(string name, string request, string response, string problem) =>
        Assert.Equal(problem, Assert.Single(Problems(Operation("UserPools", name, "", request, response))));

    [Fact]
    public void An_operation_has_one_constructor_and_one_class()
    {
        var operation = Operation("UserPools", "SignUp", "", "SignUpRequest", "SignUpResponse");
        var two = operation.Replace("public ValueTask", "public SignUp() { } public SignUp(Clock clock) { } public ValueTask", StringComparison.Ordinal);
        Assert.Equal(
            "POSTERN103: The operation SignUp has 2 constructors that can be called: give it one, whose parameters are parts",
            Assert.Single(Problems(two)));
        Assert.Equal(
            "POSTERN104: The operation SignUp is implemented by Postern.Other.SignUp and by Postern.Sample.SignUp: remove one",
            Assert.Single(Problems(operation, operation.Replace("Postern.Sample", "Postern.Other", StringComparison.Ordinal))));
    }

    [Fact]
    public void An_edit_elsewhere_describes_and_binds_nothing_anew()
    {
        var compilation = Compiler.Compilation(Wire, Operation("UserPools", "SignUp", "(Store store)", "SignUpRequest", "SignUpResponse"));
        var result = Compiler.RunAgain(new OperationBinder(), compilation, "class Elsewhere : System.Object;");
        var outputs = result.TrackedOutputSteps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.All(result.TrackedSteps["Parts"].SelectMany(run => run.Outputs), output => Assert.Equal(IncrementalStepRunReason.Unchanged, output.Reason));
    }

    private static string Bound(params string[] sources) => Compiler.Generate(new OperationBinder(), Compiler.Compilation(sources))["BoundOperations.g.cs"];

    private static List<string> Problems(params string[] sources) => Compiler.Problems(new OperationBinder(), Compiler.Compilation([Wire, .. sources]));

    private static string Operation(string concept, string name, string parameters, string request, string response) => $$"""
        using System.Threading;
        using System.Threading.Tasks;
        using Postern.Contract;
        using Postern.Contract.{{concept}};
        namespace Postern.Sample;
        public sealed class {{name}}{{parameters}} : IOperation<{{request}}, {{response}}>
        {
            public ValueTask<{{response}}> Run({{request}} request, Caller caller, CancellationToken stop) => throw new System.NotSupportedException();
        }
        """;
}
