namespace Postern.CommandLine;

/// <summary>The table that a start prints.</summary>
internal static class Banner
{
    public static string Text(PosternServer server, ServerOptions options) => $"""
        Postern is ready.

          endpoint   {server.Url}
          AWS CLI    export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={server.Url}
          and SDKs   export AWS_ENDPOINT_URL_COGNITO_IDENTITY={server.Url}
                     export AWS_ENDPOINT_URL_STS={server.Url}
                     export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION={options.Region}
          inbox      {server.Url}/_postern/dev/inbox
          data       {server.Place}
        {Https(server)}
        Stop it with Ctrl+C.
        """;

    private static string Https(PosternServer server) =>
        server is not { HttpsUrl: { } url } ? ""
        : server.HttpsAuthority is not { } file ? $"  https      {url}\n"
        : $"""
              https      {url}, whose authority is {file}
              trust it   {TrustCommands.System(file)}
              once       {TrustCommands.Node(file)}
                         (more clients: postern certificates)

            """;
}
