namespace Postern.Contract;

/// <summary>Who calls: the account and region of the signature, and where the request came from.</summary>
/// <param name="Account">Twelve digits. In development the access key names it; unsigned calls carry the default.</param>
/// <param name="Region">The region of the credential scope, or the server's own.</param>
/// <param name="IsSigned">Whether an Authorization header of SigV4 form was there.</param>
/// <param name="Address">The peer's IP address, as text; null where unknown.</param>
/// <param name="UserAgent">What the peer says it is (the header User-Agent); null where it says nothing.</param>
/// <param name="Proof">Of a key that tokens may be bound to; null where none was sent.</param>
public sealed record Caller(string Account, string Region, bool IsSigned, string? Address = null, string? UserAgent = null, SentProof? Proof = null);
