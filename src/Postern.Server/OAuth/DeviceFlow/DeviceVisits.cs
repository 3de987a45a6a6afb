using Microsoft.Extensions.Primitives;
using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.OAuth.Authorize.Checks;

namespace Postern.OAuth.DeviceFlow;

/// <summary>How a browser gets from a device's code to the confirmation: the usual pages sign it in, and where they would lead to a callback with a
/// code, they lead to the confirmation. The pages carry <c>device_flow</c> in the place of an authorization request.</summary>
public sealed class DeviceVisits(Sealer sealer, RequestingClient requestingClient, ChosenProvider chosenProvider, TimeProvider time)
{
    /// <summary>Of the query.</summary>
    public const string Parameter = "device_flow";

    /// <summary>Where the code is typed.</summary>
    public const string CodePath = "/device";

    /// <summary>Where who signed in allows the device.</summary>
    public const string ConfirmPath = "/device/confirm";

    /// <summary>What a page says about a code that is over.</summary>
    public const string Over = "The code is no longer valid. Get a new one on your device.";

    /// <summary>The address at which a browser goes on that came with a code: it signs in where it did not.</summary>
    public string Begin(DomainRequest request, DeviceAuthorization waiting, string userCode)
    {
        var visit = new DeviceVisit(userCode, waiting.Id, waiting.Grant, waiting.Expires);
        return $"{request.Base}/oauth2/authorize{Query(waiting.ClientId, sealer.SealText(SealPurpose.DeviceVisit, Binding(request, waiting.ClientId), visit.ToBytes()))}";
    }

    /// <summary>The request that a device's visit stands for; null where there is none in the query.</summary>
    /// <exception cref="OAuthException">It is none of this client's, or over; told on a page.</exception>
    public async ValueTask<AuthorizationRequest?> Open(DomainRequest request, AuthorizationParameters given)
    {
        if (given.Find(Parameter) is not { } text || !DeviceAuthorizations.AreServed(request.Pool))
            return null;
        var client = await requestingClient.Find(request, given);
        if (!DeviceAuthorizations.AreServed(client) || given.IsRepeated(Parameter)
            || await sealer.OpenText(SealPurpose.DeviceVisit, Binding(request, client.Id), text, request.Stop) is not { } bytes
            || DeviceVisit.Read(bytes) is not { } visit || visit.Expires <= time.GetUtcNow())
            throw new OAuthException("invalid_request", Over);
        var query = Query(client.Id, text);
        var values = new Dictionary<string, StringValues> { ["client_id"] = client.Id, ["response_type"] = "code" };
        // What the user chose on the pages.
        foreach (var name in (ReadOnlySpan<string>)["lang", "identity_provider", "idp_identifier"])
        {
            if (given.Find(name) is { } value)
                values[name] = value;
        }
        var parameters = new AuthorizationParameters(values, query);
        var answers = new AuthorizationAnswers(request.Base + ConfirmPath + query, ResponseType.Code, null, null);
        return new(request.Domain, client, answers, visit.Grant, parameters)
        {
            Device = visit,
            Provider = await chosenProvider.Of(client, parameters, request.Stop),
        };
    }

    private static string Query(string clientId, string visit) => $"?client_id={Uri.EscapeDataString(clientId)}&{Parameter}={visit}";

    private static byte[] Binding(DomainRequest request, string clientId) => Sealer.Binding(request.Pool.Number, clientId);
}
