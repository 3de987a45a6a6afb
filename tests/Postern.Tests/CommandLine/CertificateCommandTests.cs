using System.Text;
using Postern.CommandLine;
using Postern.Cryptography.Certificates;

namespace Postern.Tests.CommandLine;

public sealed class CertificateCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern certificates-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_tells_where_the_authority_is_and_how_it_is_trusted()
    {
        var text = await Run("--https-names", "login.example.com");
        var file = AuthorityFolder.CertificatePath(folder);
        Assert.StartsWith(file + Environment.NewLine, text, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
        Assert.Contains("login.example.com", text, StringComparison.Ordinal);
        Assert.Contains($"export NODE_EXTRA_CA_CERTS='{file}'", text, StringComparison.Ordinal);   // a folder with a space is quoted
        Assert.Contains($"sudo cp '{file}'", text, StringComparison.Ordinal);
        Assert.Contains("certutil -d sql:", text, StringComparison.Ordinal);
        Assert.Contains($"curl --cacert '{file}'", text, StringComparison.Ordinal);
        using var authority = await AuthorityFolder.Open(folder, [], TimeProvider.System, default);
        Assert.Contains(authority.Fingerprint, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_was_asked_for_once_stays()
    {
        await Run("--https-names", "login.example.com");
        Assert.Contains("login.example.com", await Run(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("*.example.com")]
    [InlineData(",")]
    public void A_name_of_no_use_is_refused(string name)
    {
        var refused = Assert.Throws<OptionException>(() => Options.Read(["--https-names", name], static _ => null));
        Assert.Contains("--https-names", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> Run(params string[] options)
    {
        var command = Commands.Find(["certificates"])!;
        await using var written = new StringWriter(new StringBuilder());
        var read = Options.Read(["--https-authority", folder, .. options], static _ => null);
        Assert.Equal(0, await command.Run(new(read, [], written, TextWriter.Null, default)));
        return written.ToString();
    }
}
