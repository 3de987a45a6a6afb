namespace Postern;

/// <summary>Where development keeps its state when nothing else is said.</summary>
internal static class DataFolder
{
    public static string DefaultFile() => Path.Combine(Default(), "postern.db");

    /// <summary>The folder, which is there afterwards.</summary>
    public static string Default()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "postern");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
