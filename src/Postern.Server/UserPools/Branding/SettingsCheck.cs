using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>Holds settings that were sent against the defaults: a member that both have has the same type, and a colour is a colour.</summary>
/// <remarks>The texts are unverified against the service, and so is what it does with members that it does not know: here they are kept.</remarks>
internal sealed class SettingsCheck
{
    private const int MostUnknown = 10;
    private const int LongestText = 128;
    private const double GreatestNumber = 1000;

    /// <summary>What a text may say where the sheet knows all there is.</summary>
    private static readonly Dictionary<string, string[]> Choices = new(StringComparer.Ordinal)
    {
        ["colorSchemeMode"] = ["LIGHT", "DARK", "DYNAMIC"],
        ["horizontal"] = ["START", "CENTER", "END"],
        ["vertical"] = ["START", "CENTER", "END"],
        ["location"] = ["START", "CENTER", "END"],
        ["position"] = ["TOP", "BOTTOM"],
        ["formInclusion"] = ["IN", "OUT"],
    };

    private readonly List<string> unknown = [];

    public static IReadOnlyList<string> Run(JsonElement settings, JsonElement defaults)
    {
        if (settings.ValueKind is not JsonValueKind.Object)
            throw Invalid("Settings", "must be an object");
        var check = new SettingsCheck();
        try
        {
            ReadTexts(settings);
            check.Members("", settings, defaults);
        }
        catch (InvalidOperationException)
        {
            throw Invalid("Settings", "must be valid text");
        }
        return check.unknown;
    }

    /// <summary>Whether a text is a colour: RRGGBBAA in hexadecimal.</summary>
    public static bool IsColor(string? text) => text is { Length: 8 } && text.All(char.IsAsciiHexDigit);

    // JSON may hold halves of characters, which are found only when a text is read.
    private static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }
                break;
        }
    }

    private void Members(string path, JsonElement given, JsonElement known)
    {
        var names = known.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value, StringComparer.Ordinal);
        foreach (var member in given.EnumerateObject())
        {
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (names.TryGetValue(member.Name, out var value))
                Member(at, member.Name, member.Value, value);
            else if (names.Count > 0 && unknown.Count < MostUnknown)
                unknown.Add(at.Length <= LongestText ? at : at[..LongestText]);
        }
    }

    private void Member(string path, string name, JsonElement given, JsonElement known)
    {
        if (given.ValueKind is JsonValueKind.Null)
            return;
        switch (known.ValueKind)
        {
            case JsonValueKind.Object when given.ValueKind is JsonValueKind.Object:
                Members(path, given, known);
                break;
            case JsonValueKind.Object:
                throw Invalid(path, "must be an object");
            case JsonValueKind.Array:
                if (given.ValueKind is not JsonValueKind.Array)
                    throw Invalid(path, "must be a list");
                break;
            case JsonValueKind.Number:
                if (given.ValueKind is not JsonValueKind.Number || !given.TryGetDouble(out var number) || number is not (>= 0 and <= GreatestNumber))
                    throw Invalid(path, $"must be a number from 0 to {GreatestNumber}");
                break;
            case JsonValueKind.String:
                Text(path, name, given, known.GetString()!);
                break;
            default:
                if (given.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    throw Invalid(path, "must be true or false");
                break;
        }
    }

    private static void Text(string path, string name, JsonElement given, string known)
    {
        var text = given.ValueKind is JsonValueKind.String ? given.GetString() : null;
        if (IsColor(known) && !IsColor(text))
            throw Invalid(path, "must be a color of eight hexadecimal digits, RRGGBBAA");
        if (text is null || text.Length > LongestText)
            throw Invalid(path, $"must be a text of at most {LongestText} characters");
        if (Choices.TryGetValue(name, out var choices) && !choices.Contains(text))
            throw Invalid(path, $"must be one of {string.Join(", ", choices)}");
    }

    private static InvalidParameterException Invalid(string path, string rule) => new($"Invalid settings: {path} {rule}.");
}
