namespace Postern.Contract;

/// <summary>A proof that somebody holds a key, as the header <c>DPoP</c> of a request has it (RFC 9449, section 4.1); nothing of it is true yet.</summary>
/// <param name="Text">The header's value; of several headers all, with commas between, which is no proof.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Addresses">What the client may have called, each without query: what one of them names is this request.</param>
public sealed record SentProof(string Text, string Method, IReadOnlyList<string> Addresses);
