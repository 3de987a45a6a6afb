using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A lifetime given as number and unit.</summary>
public static class Lifetimes
{
    /// <summary>Unset, or 0, is the default (tokens sheet, "Validity").</summary>
    public static TimeSpan Of(int? value, string? unit, string defaultUnit, TimeSpan unset) => value is null or 0
        ? unset
        : (unit ?? defaultUnit) switch
        {
            TimeUnitsType.seconds => TimeSpan.FromSeconds(value.Value),
            TimeUnitsType.minutes => TimeSpan.FromMinutes(value.Value),
            TimeUnitsType.hours => TimeSpan.FromHours(value.Value),
            _ => TimeSpan.FromDays(value.Value),
        };
}
