using System.Security;

namespace Postern.Wire;

/// <summary>Answers calls that were meant for another AWS service: with one AWS_ENDPOINT_URL for all, they land here.</summary>
public sealed class OtherServices(Answer answer)
{
    private static readonly string[] Ours = ["cognito-idp", "cognito-identity", "sts"];

    // The services of the REST-XML protocol; those of the Query protocol send forms, and all others speak JSON.
    private static readonly string[] RestXml = ["s3", "s3-outposts", "cloudfront", "route53"];

    /// <summary>The service that the request names by its credential scope or target; null where it names none, or one of ours.</summary>
    public static string? Name(HttpRequest request)
    {
        if (CredentialScope.TryParse(request.Headers.Authorization, out var scope))
            return Ours.Contains(scope.Service) ? null : scope.Service;
        // Presigned requests carry the scope in the query.
        string? credential = request.Query["X-Amz-Credential"];
        if (credential?.Split('/') is { Length: 5 } parts && !Ours.Contains(parts[3]))
            return parts[3];
        string? target = request.Headers["X-Amz-Target"];
        var dot = target?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && !target!.StartsWith("AWSCognitoIdentity", StringComparison.Ordinal) ? target[..dot] : null;
    }

    public async Task Refuse(HttpContext context, string service)
    {
        var text = $"Postern serves cognito-idp, cognito-identity and sts, and this call is for {Printable(service)}. "
            + "Set AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, AWS_ENDPOINT_URL_COGNITO_IDENTITY and AWS_ENDPOINT_URL_STS instead of AWS_ENDPOINT_URL, "
            + "so that only these services come here.";
        var isRestXml = RestXml.Contains(service);
        if (!isRestXml && !context.Request.HasFormContentType)
        {
            await answer.Write(context.Response, new WireException("UnknownOperationException", 400, text));
            return;
        }
        // Both kinds of XML clients read the same elements, at the root or within ErrorResponse.
        Answer.Head(context.Response, 400, "text/xml");
        context.Response.Headers["x-amzn-ErrorType"] = "UnknownOperationException:";
        var error = $"<Code>UnknownOperationException</Code><Message>{SecurityElement.Escape(text)}</Message>";
        await context.Response.WriteAsync(isRestXml
            ? $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error>{error}</Error>"
            : $"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>");
    }

    private static string Printable(string service) =>
        new([.. service.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(64)]);
}
