using Postern.OAuth.Authorize.Checks;
using Postern.OAuth.DeviceFlow;
using Postern.OAuth.Push;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>What an authorization request must be, step by step: first who asks and where the answer may go, told on a page; then the rest, told
/// to the callback; last with whom the user signs in, told on a page again.</summary>
/// <remarks>OAuth sheet, "Order of work", "Contradictions and decisions".</remarks>
public sealed class AuthorizationChecks(
    PushedRequests pushedRequests, RequestingClient requestingClient, GrantedScope grantedScope, ChosenProvider chosenProvider, DeviceVisits devices, Issuer issuer)
{
    /// <param name="needsResponseType">Applications link to the sign-up and recovery pages without one: then it is a code where the client may
    /// have codes, else tokens.</param>
    /// <exception cref="OAuthException">A step refuses.</exception>
    public async ValueTask<AuthorizationRequest> Check(DomainRequest request, bool needsResponseType = true)
    {
        var given = AuthorizationParameters.Of(request);
        return await devices.Open(request, given) ?? await Check(request, await pushedRequests.Open(request, given), needsResponseType);
    }

    /// <summary>The same for parameters that are not in the request's query.</summary>
    /// <inheritdoc cref="Check(DomainRequest, bool)"/>
    public async ValueTask<AuthorizationRequest> Check(DomainRequest request, AuthorizationParameters parameters, bool needsResponseType = true)
    {
        var client = await requestingClient.Find(request, parameters);
        var redirectUri = RedirectUris.Of(client, parameters)
            ?? throw new OAuthException("redirect_mismatch") { Location = request.ErrorPage("redirect_mismatch", client.Id) };
        var type = Flows.TypeOf(client, parameters, needsResponseType);
        var iss = PoolSwitch.AnswerIssuer.IsOn(client.Pool, client.Id) ? issuer.Of(client.Pool) : null;
        var answers = new AuthorizationAnswers(redirectUri, type ?? ResponseType.Code, parameters.RawState, iss);
        AuthorizationRequest authorization;
        try
        {
            Repetition.Check(parameters);
            RequestObjects.Check(client, parameters);
            if (!parameters.IsPushed && PoolSwitch.RequirePushedRequests.IsOn(client.Pool, client.Id))
                throw new OAuthException("invalid_request", "The request must be pushed to /oauth2/par");
            Lengths.Check(parameters);
            Flows.Check(client, type);
            CodeChallenges.Check(client, answers.Type, parameters);
            var scope = await grantedScope.Of(client, answers.Type, parameters, request.Stop);
            authorization = new(request.Domain, client, answers, new(scope, Resources.Of(parameters)), parameters)
            {
                Prompt = Freshness.PromptOf(request.Domain, parameters),
                MaxAge = Freshness.MaxAgeOf(parameters),
                Key = KeyBinding.Of(client, answers.Type, parameters),
            };
        }
        catch (OAuthException fault)
        {
            throw new OAuthException(fault.Error, fault.Description) { Location = answers.Error(fault.Error, fault.Description) };
        }
        return authorization with { Provider = await chosenProvider.Of(client, parameters, request.Stop) };
    }

    /// <summary>The same for a page, whose address may be opened directly: its faults show at <c>/error</c>.</summary>
    /// <inheritdoc cref="Check(DomainRequest, bool)"/>
    public async ValueTask<AuthorizationRequest> CheckForPage(DomainRequest request, bool needsResponseType = true)
    {
        try
        {
            return await Check(request, needsResponseType);
        }
        catch (OAuthException fault) when (fault.Location is not null)
        {
            var text = fault.Description ?? fault.Error;
            throw new OAuthException(fault.Error, fault.Description) { Location = request.ErrorPage(text, AuthorizationParameters.Of(request).ClientId) };
        }
    }
}
