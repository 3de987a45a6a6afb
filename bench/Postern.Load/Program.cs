using System.Globalization;
using Postern.Load;
using Postern.Load.Limits;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    if (args.Any(static argument => argument is "--help" or "-h"))
    {
        Console.WriteLine(Options.Help);
        return 0;
    }
    return args switch
    {
        ["load", .. var rest] => await LoadRun.Run(Options.Read(rest)),
        ["startup", .. var rest] => await StartupRun.Run(Options.Read(rest)),
        ["hiding", .. var rest] => await HidingRun.Run(Options.Read(rest)),
        [FixedAnswers.Verb] => await FixedAnswers.Serve(),
        _ => throw new LoadException("Start this through bench/load, bench/startup or bench/hiding; --help lists their options."),
    };
}
catch (LoadException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
