using System.Text;

namespace Postern.CommandLine;

/// <summary>What <c>--help</c> prints, from the one table of settings.</summary>
public static class Help
{
    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine("Postern, an identity server that speaks Amazon Cognito's API").AppendLine()
            .AppendLine($"  {"postern serve [OPTIONS]",-48} serve, until SIGTERM");
        foreach (var command in Commands.All)
            text.AppendLine($"  {$"postern {command.Usage} [OPTIONS]",-48} {command.Meaning}");
        text.AppendLine()
            .AppendLine("Each option is also an environment variable (--public-url is POSTERN_PUBLIC_URL) and a key of the file that --config names.").AppendLine();
        foreach (var option in Options.All)
            text.AppendLine($"  {$"--{option.Name} {option.Value}".TrimEnd(),-48} {option.Meaning}");
        text.AppendLine($"  {"--config FILE",-48} settings as lines of 'key: value'");
        return text.ToString();
    }
}
