namespace Postern;

/// <summary>Where development keeps its state when nothing else is said.</summary>
internal static class DataFolder
{
    public static string DefaultFile()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "postern");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, "postern.db");
    }
}
