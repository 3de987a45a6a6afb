using System.Text.Json;

namespace Postern.Triggers;

/// <summary>What the three triggers of custom authentication are told alike.</summary>
/// <param name="UserAttributes">All attributes of the user, as text; none where nobody has the name.</param>
/// <param name="ClientMetadata">Of the answer to a challenge; null where none was given.</param>
/// <param name="UserNotFound">Sent where the client hides who exists; else null.</param>
public sealed record AuthChallenge(
    IReadOnlyList<KeyValuePair<string, string>> UserAttributes, IReadOnlyDictionary<string, string>? ClientMetadata, bool? UserNotFound)
{
    internal void WriteAttributes(Utf8JsonWriter writer) => WriteMap(writer, "userAttributes", UserAttributes);

    internal void WriteRest(Utf8JsonWriter writer)
    {
        if (ClientMetadata is not null)
            WriteMap(writer, "clientMetadata", ClientMetadata);
        if (UserNotFound is { } userNotFound)
            writer.WriteBoolean("userNotFound"u8, userNotFound);
    }

    internal static void WriteMap(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> entries)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in entries)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    internal static void WriteSession(Utf8JsonWriter writer, IReadOnlyList<PastChallenge> session)
    {
        writer.WriteStartArray("session"u8);
        foreach (var past in session)
        {
            writer.WriteStartObject();
            writer.WriteString("challengeName"u8, past.Name);
            writer.WriteBoolean("challengeResult"u8, past.Result);
            writer.WriteString("challengeMetadata"u8, past.Metadata);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}

/// <summary>One entry of the session history: a challenge of this sign-in that was answered.</summary>
/// <param name="Metadata">What CreateAuthChallenge said of it; null for challenges that are not custom.</param>
public sealed record PastChallenge(string Name, bool Result, string? Metadata);
