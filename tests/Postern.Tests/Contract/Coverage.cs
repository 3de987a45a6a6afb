using System.Text;
using Postern.Contract;

namespace Postern.Tests.Contract;

/// <summary>Keeps <c>docs/coverage.md</c>: which operations of the contract have a class.</summary>
public class Coverage
{
    // No totals: they would make every two branches that add operations conflict.
    private const string Head = """
        # Operations

        Rendered by a test from the service models and what is bound in the server. After adding an operation, run
        `POSTERN_UPDATE=1 dotnet run --project tests/Postern.Tests -- -class Postern.Tests.Contract.Coverage`.

        """;

    private static readonly string File = Path.Combine(Architecture.SourceFile.Root, "docs", "coverage.md");

    [Fact]
    public void The_page_of_operations_tells_what_is_there_and_what_is_missing()
    {
        var expected = Render();
        if (Environment.GetEnvironmentVariable("POSTERN_UPDATE") == "1")
            System.IO.File.WriteAllText(File, expected);
        var actual = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File) : "";
        Assert.True(
            expected == actual,
            "docs/coverage.md is not what the server binds: run this test with the environment variable POSTERN_UPDATE=1, which rewrites it.");
    }

    [Fact]
    public void What_is_bound_is_in_the_contract() => Assert.Subset(OperationDescription.All.ToHashSet(), BoundOperations.Descriptions.ToHashSet());

    private static string Render()
    {
        var bound = BoundOperations.Descriptions.ToHashSet();
        var text = new StringBuilder(Head);
        foreach (var service in OperationDescription.All.GroupBy(operation => operation.Service))
        {
            text.Append('\n').Append("## ").Append(service.Key).Append(" (").Append(service.First().ServiceName).Append(")\n\n| operation | |\n|---|---|\n");
            foreach (var operation in service)
                text.Append("| ").Append(operation.Name).Append(" | ").Append(bound.Contains(operation) ? "there" : "missing").Append(" |\n");
        }
        return text.ToString();
    }
}
