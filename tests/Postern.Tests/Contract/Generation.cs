using Microsoft.CodeAnalysis;
using Postern.Contract.Generator;

namespace Postern.Tests.Contract;

public class Generation
{
    private const string Small = """
        {
         "service": "Tea Room", "version": "2026-01-01", "protocol": "json", "target": "Tea", "signingName": "tea",
         "operations": {
          "Brew": {"input": "BrewInput", "output": "Pot", "errors": ["Cold"], "auth": "none", "since": "2026"},
          "Wait": {"errors": []}
         },
         "shapes": {
          "BrewInput": {"type": "structure", "required": ["Leaves", "Grams", "At"], "members": {
            "Leaves": "Leaves", "Grams": "Grams", "At": "Time", "note": {"shape": "Text", "deprecated": true}, "Cups": "Cups", "Facts": "Facts",
            "Free": "Document", "Any": "Any",
            "Deep": "Deep", "Heat": "Heat", "Picture": "Picture", "Strong": "Strong", "Nested": "Node"}},
          "Pot": {"type": "structure", "members": {"Pot": "Text", "Kind": "Leaves"}},
          "Node": {"type": "structure", "required": ["Name"], "members": {"Name": "Text", "Next": "Node", "All": "Nodes"}},
          "Nodes": {"type": "list", "member": "Node"},
          "Leaves": {"type": "string", "enum": ["green tea", "2-black", "black", "class", "Equals", "a-b", "a_b"]},
          "Grams": {"type": "double", "min": 1, "max": 9},
          "Time": {"type": "timestamp"}, "Text": {"type": "string"}, "Heat": {"type": "long", "max": 100},
          "Strong": {"type": "boolean"}, "Picture": {"type": "blob", "max": 3},
          "Cups": {"type": "list", "member": "Grams"}, "Deep": {"type": "list", "member": "Facts"},
          "Facts": {"type": "map", "key": "Text", "value": "Heat"},
          "Document": {"type": "structure", "members": {}}, "Any": {"type": "document"},
          "Cold": {"type": "structure", "error": {"status": 409, "code": "TooCold"}, "members": {"Message": "Text", "Data": "Heat"}}
         }
        }
        """;

    [Fact]
    public void A_new_model_compiles_into_a_namespace_of_its_service()
    {
        var files = Compiler.Generate(new ContractGenerator(), Compiler.Contract(), ("api/tea.json", Small));
        Assert.Contains("namespace Postern.Contract.TeaRoom;", files["TeaRoom.BrewInput.g.cs"], StringComparison.Ordinal);
        Assert.Contains("public sealed partial record BrewInput : IRequest<BrewInput>", files["TeaRoom.BrewInput.g.cs"], StringComparison.Ordinal);
        Assert.Contains("public sealed partial record Pot : IResponse", files["TeaRoom.Pot.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_in_the_query_protocol_compiles()
    {
        var query = Small.Replace("\"json\"", "\"query\"", StringComparison.Ordinal)
            .Replace("\"Free\": \"Document\", \"Any\": \"Any\",", "", StringComparison.Ordinal);
        var files = Compiler.Generate(new ContractGenerator(), Compiler.Contract(), ("api/tea.json", query));
        Assert.Contains(": IQueryRequest<BrewInput>", files["TeaRoom.BrewInput.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void Members_keep_their_nullability_and_order()
    {
        var brew = File("TeaRoom.BrewInput.g.cs");
        Assert.Contains("public double Grams { get => gramsValue.GetValueOrDefault(); init => gramsValue = value; }", brew, StringComparison.Ordinal);
        Assert.Contains("public string Leaves {", brew, StringComparison.Ordinal);
        Assert.Contains("public string? Note {", brew, StringComparison.Ordinal);
        Assert.Contains("public IReadOnlyList<double>? Cups {", brew, StringComparison.Ordinal);
        Assert.Contains("public IReadOnlyList<IReadOnlyDictionary<string, long>>? Deep {", brew, StringComparison.Ordinal);
        Assert.Contains("public JsonElement? Free {", brew, StringComparison.Ordinal);
        Assert.True(brew.IndexOf("public string Leaves", StringComparison.Ordinal) < brew.IndexOf("public Node? Nested", StringComparison.Ordinal));
        Assert.Contains("public string? PotValue {", File("TeaRoom.Pot.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Enum_values_become_constants_with_what_CSharp_refuses_replaced()
    {
        var enums = File("TeaRoom.Enums.g.cs");
        string[] lines =
        [
            "const string green_tea = \"green tea\"", "const string _2_black = \"2-black\"", "const string @class = \"class\"", "new const string Equals",
            "a_b = \"a-b\"", "a_b_ = \"a_b\"",
        ];
        foreach (var line in lines)
            Assert.Contains(line, enums, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_is_an_exception_with_its_code_status_and_members()
    {
        var errors = File("TeaRoom.Exceptions.g.cs");
        Assert.Contains("public sealed class Cold(string? message = null) : ServiceException(\"TooCold\", 409, message)", errors, StringComparison.Ordinal);
        Assert.Contains("public long? DataValue { get; init; }", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_without_shapes_has_an_empty_request_and_no_output()
    {
        Assert.Contains("public sealed partial record WaitRequest : IRequest<WaitRequest>", File("TeaRoom.WaitRequest.g.cs"), StringComparison.Ordinal);
        var table = File("TeaRoom.TeaRoomOperations.g.cs");
        Assert.Contains("[OperationShapes(typeof(WaitRequest), typeof(NoOutput))]", table, StringComparison.Ordinal);
        Assert.Contains("Target = \"Tea.Brew\",", table, StringComparison.Ordinal);
        Assert.Contains(".. TeaRoom.TeaRoomOperations.All", File("OperationDescription.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "expected more")]
    [InlineData("[]", "the model is no object")]
    [InlineData("""{"service":"S","signingName":"s","operations":{},"shapes":{"A":{"type":"list","member":"B"}}}""", "shape B is not there")]
    [InlineData("""{"service":"S","signingName":"s","operations":{},"shapes":{"A":{"type":"tree"}}}""", "shape A has the unknown type 'tree'")]
    public void A_model_that_cannot_be_read_is_an_error(string text, string reason)
    {
        var problem = Assert.Single(Compiler.Problems(new ContractGenerator(), Compiler.Compilation(), ("api/s.json", text)));
        Assert.StartsWith("POSTERN001: s.json is no service model: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_of_code_elsewhere_generates_nothing_again()
    {
        var steps = Compiler.RunAgain(new ContractGenerator(), Compiler.Compilation("class A;"), "class B;", ("api/tea.json", Small)).TrackedOutputSteps;
        var outputs = steps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static string File(string file) => Compiler.Generate(new ContractGenerator(), Compiler.Contract(), ("api/tea.json", Small))[file];
}
