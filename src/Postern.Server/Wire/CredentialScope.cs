namespace Postern.Wire;

/// <summary>What an Authorization header of SigV4 form tells without being verified: who signed, for which region and service.</summary>
public readonly record struct CredentialScope(string AccessKey, string Region, string Service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const int LongestHeader = 8192;

    /// <summary>Reads <c>AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …</c>; false where the header has another form.</summary>
    public static bool TryParse(string? authorization, out CredentialScope scope)
    {
        scope = default;
        if (authorization is null || authorization.Length > LongestHeader || !authorization.StartsWith(Algorithm, StringComparison.Ordinal))
            return false;
        var at = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        if (at < 0)
            return false;
        var credential = authorization.AsSpan(at + "Credential=".Length);
        var end = credential.IndexOfAny(',', ' ');
        if (end >= 0)
            credential = credential[..end];

        Span<Range> parts = stackalloc Range[6];
        if (credential.Split(parts, '/') != 5 || !credential[parts[4]].SequenceEqual("aws4_request"))
            return false;
        scope = new(credential[parts[0]].ToString(), credential[parts[2]].ToString(), credential[parts[3]].ToString());
        return scope.AccessKey.Length > 0 && scope.Region.Length > 0 && scope.Service.Length > 0;
    }
}
