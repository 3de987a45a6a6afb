using Postern.Cryptography.Certificates;

namespace Postern.Tests.Cryptography.Certificates;

public sealed class AuthorityFolderTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("postern-authority-").FullName, "made", "by need");

    private string KeyFile => Path.Combine(folder, "https-authority.key");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetFullPath(Path.Combine(folder, "..", "..")), recursive: true);

    [Fact]
    public async Task It_is_made_once_and_its_key_is_for_its_owner_alone()
    {
        using var made = await Open();
        using var found = await Open();
        Assert.Equal(made.Fingerprint, found.Fingerprint);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal(made.CertificatePem, await File.ReadAllTextAsync(AuthorityFolder.CertificatePath(folder)));
        Assert.Equal(2, Directory.EnumerateFiles(folder).Count());
    }

    [Fact]
    public async Task Servers_that_start_at_once_get_the_same()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open())));
        Assert.Single(opened.Select(static authority => authority.Fingerprint).Distinct());
        Assert.All(opened, static authority => authority.Dispose());
    }

    [Fact]
    public async Task A_name_that_it_may_not_vouch_for_takes_a_new_one_which_may_vouch_for_all_before()
    {
        using var first = await Open();
        using var second = await Open("login.example.com");
        using var third = await Open("10.0.2.2");
        using var fourth = await Open("a.login.example.com");
        Assert.Equal(3, new[] { first, second, third, fourth }.Select(static authority => authority.Fingerprint).Distinct().Count());
        Assert.Equal(["login.example.com", "10.0.2.2"], fourth.Names);
        Assert.Equal(fourth.CertificatePem, await File.ReadAllTextAsync(AuthorityFolder.CertificatePath(folder)));
    }

    [Fact]
    public async Task One_that_ends_soon_is_made_anew()
    {
        using var old = await AuthorityFolder.Open(folder, ["login.example.com"], new StandingClock { Now = DateTimeOffset.UtcNow - LocalAuthority.Life + TimeSpan.FromDays(170) }, Stop);
        using var renewed = await Open();
        Assert.NotEqual(old.Fingerprint, renewed.Fingerprint);
        Assert.Equal(["login.example.com"], renewed.Names);
    }

    [Fact]
    public async Task What_clients_trust_is_written_again_where_it_was_lost()
    {
        using var made = await Open();
        File.Delete(AuthorityFolder.CertificatePath(folder));
        using var found = await Open();
        Assert.Equal(made.CertificatePem, await File.ReadAllTextAsync(AuthorityFolder.CertificatePath(folder)));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_refused_and_stays()
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(KeyFile, "something else");
        var refused = await Assert.ThrowsAsync<FormatException>(() => Open());
        Assert.Contains(KeyFile, refused.Message, StringComparison.Ordinal);
        Assert.Equal("something else", await File.ReadAllTextAsync(KeyFile));
    }

    private Task<LocalAuthority> Open(params string[] names) => AuthorityFolder.Open(folder, names, TimeProvider.System, Stop);
}
