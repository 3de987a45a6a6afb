using System.Xml;
using Postern.Contract.UserPools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>What DescribeIdentityProvider shows of a SAML provider's metadata: where sign-in and sign-out requests go by redirect.</summary>
/// <remarks>Only of a document that is given: one behind an address is read when the provider is used.</remarks>
internal static class SamlMetadata
{
    private const string Namespace = "urn:oasis:names:tc:SAML:2.0:metadata";
    private const string Redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

    /// <exception cref="InvalidParameterException">The document is no SAML metadata (text unverified against the service).</exception>
    public static KeyValuePair<string, string>[] Bindings(string? document)
    {
        if (document is null)
            return [];
        var bindings = new Dictionary<string, string>(StringComparer.Ordinal);
        var isMetadata = false;
        try
        {
            using var reader = XmlReader.Create(new StringReader(document), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (reader.Read())
            {
                if (reader.NodeType is not XmlNodeType.Element || reader.NamespaceURI is not Namespace)
                    continue;
                isMetadata |= reader.LocalName is "EntityDescriptor" or "EntitiesDescriptor";
                if (reader.LocalName is "SingleSignOnService" or "SingleLogoutService" && reader.GetAttribute("Binding") is Redirect && reader.GetAttribute("Location") is { } location)
                    bindings.TryAdd(reader.LocalName is "SingleSignOnService" ? "SSORedirectBindingURI" : "SLORedirectBindingURI", location);
            }
        }
        catch (XmlException)
        {
            isMetadata = false;
        }
        return isMetadata ? [.. bindings] : throw new InvalidParameterException("MetadataFile is not a valid SAML metadata document.");
    }
}
