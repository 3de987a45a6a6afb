using System.Text.Json;

namespace Postern.Triggers;

/// <summary>One event of a trigger: what it tells the function, and how the function's answer is read.</summary>
/// <remarks>Trigger sheet, "Event shapes" and "Trigger by trigger".</remarks>
public interface ITrigger<TAnswer>
{
    /// <summary>The trigger's name in LambdaConfig, which is also its name in error texts.</summary>
    string Name { get; }

    /// <summary>The <c>triggerSource</c>: the trigger and what set it off.</summary>
    string Source { get; }

    /// <summary>The members of <c>request</c>. Optional ones that the caller did not give are left out.</summary>
    void WriteRequest(Utf8JsonWriter writer);

    /// <summary>The members of <c>response</c> that the function finds there, to fill in.</summary>
    void WriteResponse(Utf8JsonWriter writer);

    /// <exception cref="Contract.UserPools.InvalidLambdaResponseException">The answer says nothing that the trigger can mean.</exception>
    TAnswer Read(TriggerResponse response);
}

/// <summary>Whom an event is about: the part that all events share.</summary>
/// <param name="UserName">The stored name; for a name that nobody has, as it was typed.</param>
/// <param name="ClientId">The app client, or <see cref="NoClient"/>.</param>
public sealed record EventSubject(string Region, string UserPoolId, string UserName, string ClientId)
{
    /// <summary>What stands for the client in operations that have none.</summary>
    public const string NoClient = "CLIENT_ID_NOT_APPLICABLE";
}
