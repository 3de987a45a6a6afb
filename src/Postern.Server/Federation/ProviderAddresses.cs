namespace Postern.Federation;

/// <summary>Which addresses an upstream provider may have.</summary>
/// <remarks>Federation sheet, "Providers and ProviderDetails": https on ports 80 and 443; in development also http and any port, so that a
/// local fake can play the provider. Where an address leads is judged when it is called.</remarks>
/// <param name="areLocalAllowed">Whether http and other ports are good, and the addresses of social providers may be replaced.</param>
public sealed class ProviderAddresses(bool areLocalAllowed)
{
    public bool AreLocalAllowed { get; } = areLocalAllowed;

    public bool IsGood(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Host.Length > 0
        && (AreLocalAllowed || (uri.Scheme is "https" && uri.Port is 443 or 80));
}
