using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>How pages do what an operation does: the model's constraints are checked as at the API's front door.</summary>
public static class PageCalls
{
    /// <exception cref="ServiceException">The operation refuses, or the request breaks a constraint of the model.</exception>
    public static ValueTask<TResponse> Run<TRequest, TResponse>(this IOperation<TRequest, TResponse> operation, PageRequest page, TRequest request)
        where TRequest : IRequest<TRequest>
        where TResponse : IResponse => operation.Run(page.Request, request);

    /// <inheritdoc cref="Run{TRequest, TResponse}(IOperation{TRequest, TResponse}, PageRequest, TRequest)"/>
    public static ValueTask<TResponse> Run<TRequest, TResponse>(this IOperation<TRequest, TResponse> operation, DomainRequest page, TRequest request)
        where TRequest : IRequest<TRequest>
        where TResponse : IResponse
    {
        var violations = new Violations();
        request.Validate(violations);
        return violations.Count > 0
            ? throw new InvalidParameterException(violations.ToString())
            : operation.Run(request, page.Caller, page.Stop);
    }

    /// <summary>Refuses pages about users of the pool's own where the client takes none: only providers sign in there.</summary>
    /// <exception cref="OAuthException">The client does not have COGNITO among its providers.</exception>
    public static void RequireLocalUsers(this PageRequest page)
    {
        if (page.Client.Settings.SupportedIdentityProviders?.Contains("COGNITO") is not true)
            throw new OAuthException("invalid_request", page.Texts["sign-in.unavailable"]);
    }
}
