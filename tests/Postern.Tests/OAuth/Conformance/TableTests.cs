using System.Text.RegularExpressions;
using Postern.Tests.Architecture;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>docs/conformance.md has a row for every module of both plans, and a test stands behind each row.</summary>
public sealed partial class TableTests
{
    /// <summary>The plans' modules, in their order, as of 2026.</summary>
    private static readonly string[] Modules =
    [
        "oidcc-server", "oidcc-response-type-missing", "oidcc-idtoken-signature", "oidcc-idtoken-unsigned", "oidcc-userinfo-get",
        "oidcc-userinfo-post-header", "oidcc-userinfo-post-body", "oidcc-ensure-request-without-nonce-succeeds-for-code-flow", "oidcc-scope-profile",
        "oidcc-scope-email", "oidcc-scope-address", "oidcc-scope-phone", "oidcc-scope-all", "oidcc-alternate-happy-flow", "oidcc-display-page",
        "oidcc-display-popup", "oidcc-prompt-login", "oidcc-prompt-none-not-logged-in", "oidcc-prompt-none-logged-in", "oidcc-max-age-1",
        "oidcc-max-age-10000", "oidcc-ensure-request-with-unknown-parameter-succeeds", "oidcc-id-token-hint", "oidcc-login-hint", "oidcc-ui-locales",
        "oidcc-claims-locales", "oidcc-ensure-request-with-acr-values-succeeds", "oidcc-codereuse", "oidcc-codereuse-30seconds",
        "oidcc-ensure-registered-redirect-uri", "oidcc-ensure-post-request-succeeds", "oidcc-server-client-secret-post",
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", "oidcc-claims-essential",
        "oidcc-ensure-request-object-with-redirect-uri", "oidcc-refresh-token", "oidcc-ensure-request-with-valid-pkce-succeeds",
        "oidcc-discovery-endpoint-verification",
    ];

    [Fact]
    public void The_page_has_a_row_for_every_module_in_the_plans_order()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/conformance.md"));
        Assert.Equal(Modules, Row().Matches(page).Select(static row => row.Groups["module"].Value));
    }

    [Fact]
    public void Every_module_has_a_test_that_bears_its_name()
    {
        var folder = Path.Combine(SourceFile.Root, "tests/Postern.Tests/OAuth/Conformance");
        var sources = string.Concat(Directory.GetFiles(folder, "*.cs").Where(static file => !file.EndsWith("TableTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        Assert.DoesNotContain(Modules, module => !Regex.IsMatch(sources, $"\"{Regex.Escape(module)}[\": ]"));
    }

    [GeneratedRegex(@"^\| `(?<module>oidcc-[a-z0-9-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
