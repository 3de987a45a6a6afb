using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Serves <see cref="Assets"/>: for good under the address of their version, for an hour under any other.</summary>
public sealed class AssetEndpoint : IDomainEndpoint
{
    private const string Prefix = "/assets/";

    public IReadOnlyList<string> Paths { get; } = [.. Assets.Names.Select(static name => Prefix + name)];

    public Task Serve(DomainRequest request) => AssetAnswer.IsRead(request.Context)
        ? AssetAnswer.Write(request, Assets.Find(request.Path[Prefix.Length..]), "public, max-age=3600")
        : Task.CompletedTask;
}
