using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>Whether a pool tracks the sign-ins of its users, and how many of a user.</summary>
/// <param name="MostOfUser">Token sessions of a user at the same time, 1 to 100.</param>
/// <param name="LongestSso">How long any client of the pool ever used a browser's sign-in, in minutes: so long are they kept.</param>
/// <param name="Round">How many times tracking was switched on: sign-ins of another round are not known.</param>
/// <remarks>Newest operations, "Sessions".</remarks>
public sealed record SessionSettings(bool AreTracked, int MostOfUser, int Round, int LongestSso = SessionSettings.LeastSso)
{
    /// <summary>What clients have that were never told, in minutes.</summary>
    public const int LeastSso = 60;

    /// <summary>What a pool has before anything was set.</summary>
    public static SessionSettings Default { get; } = new(AreTracked: false, 20, 0);

    /// <summary>What a tier lacks that has no tracking; the name is unverified against the service.</summary>
    public const string Feature = "User Session Tracking";

    public string Tracking => AreTracked ? UserSessionTrackingType.ENABLED : UserSessionTrackingType.DISABLED;

    public static SessionSettings Read(ref Utf8JsonReader reader)
    {
        var settings = Default;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tracked"u8) && reader.Read())
                settings = settings with { AreTracked = reader.GetBoolean() };
            else if (reader.ValueTextEquals("most"u8) && reader.Read())
                settings = settings with { MostOfUser = reader.GetInt32() };
            else if (reader.ValueTextEquals("round"u8) && reader.Read())
                settings = settings with { Round = reader.GetInt32() };
            else if (reader.ValueTextEquals("sso"u8) && reader.Read())
                settings = settings with { LongestSso = reader.GetInt32() };
            else
                reader.Skip();
        }
        return settings;
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("tracked"u8, AreTracked);
        writer.WriteNumber("most"u8, MostOfUser);
        writer.WriteNumber("round"u8, Round);
        writer.WriteNumber("sso"u8, LongestSso);
        writer.WriteEndObject();
    }
}
