using System.Globalization;
using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignIn;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.SignUp;

/// <summary>One thing that the sign-up page asks for.</summary>
/// <param name="Name">Of the form's field.</param>
/// <param name="Attribute">The user's attribute; null where it is the name.</param>
/// <param name="Type">Of the input; <c>textarea</c> for an address.</param>
/// <param name="Autocomplete">For the browser, which fills in what it knows.</param>
/// <param name="MaxLength">In characters; null for none.</param>
/// <param name="Hint">Shown below it; null for none.</param>
public sealed record SignUpField(
    string Name, string? Attribute, string Label, string Type, string Autocomplete, int? MaxLength = null, string? Hint = null, bool IsRequired = true)
{
    private const int LongestName = 128;

    /// <summary>Of the name's field.</summary>
    public const string Username = "username";

    /// <summary>Of the element.</summary>
    public string Id => Attribute is null ? "signUpUsername" : "signUp_" + Attribute;

    /// <summary>Names are typed as they are.</summary>
    public string? Capitals => Attribute is null or "email" or "preferred_username" or "nickname" ? "none" : null;

    /// <summary>What was typed: people group the digits of a phone number, E.164 does not.</summary>
    public string Read(PageRequest page) => page.Field(Name).Trim() is var value && Attribute is not "phone_number"
        ? value
        : string.Concat(value.Where(static c => !char.IsWhiteSpace(c) && c is not ('-' or '.' or '(' or ')' or '/')));

    /// <summary>What is wrong with what was typed for an attribute; null where nothing is that a page can tell.</summary>
    public string? Problem(PageRequest page) =>
        Attribute is { } name ? TypedText.ProblemOfAttribute(page.Texts, Label, name, Read(page), MaxLength) : null;

    /// <summary>What a pool asks for: the name, unless it is an e-mail address or phone number that it asks for anyway, and every required
    /// attribute.</summary>
    public static IReadOnlyList<SignUpField> Of(AppClient client, Texts texts)
    {
        var pool = client.Pool;
        var fields = new List<SignUpField> { OfName(pool, texts) };
        foreach (var name in pool.Schema.Required)
        {
            if (pool.UsernameAttributes is [var only] && only == name)
                continue;
            // Where either may be the name, the name says one of them already; the rules tell which is missing.
            fields.Add(OfAttribute(pool.Schema.Find(name)!, texts) with { IsRequired = !pool.UsernameAttributes.Contains(name) });
        }
        return fields;
    }

    private static SignUpField OfName(UserPool pool, Texts texts)
    {
        var type = pool.UsernameAttributes switch { ["email"] => "email", ["phone_number"] => "tel", _ => "text" };
        return new(Username, null, texts[SignInNames.LabelOf(pool)], type, "username", LongestName, type is "tel" ? texts["sign-up.phone-hint"] : null);
    }

    /// <summary>What asks for one attribute.</summary>
    public static SignUpField OfAttribute(SchemaAttributeType attribute, Texts texts)
    {
        var name = attribute.Name!;
        var (type, autocomplete) = name switch
        {
            "email" => ("email", "email"),
            "phone_number" => ("tel", "tel"),
            "birthdate" => ("date", "bday"),
            "address" => ("textarea", "street-address"),
            "name" => ("text", "name"),
            "given_name" => ("text", "given-name"),
            "family_name" => ("text", "family-name"),
            "middle_name" => ("text", "additional-name"),
            "nickname" => ("text", "nickname"),
            "gender" => ("text", "sex"),
            "locale" => ("text", "language"),
            "website" => ("url", "url"),
            "picture" => ("url", "photo"),
            "profile" => ("url", "off"),
            "updated_at" => ("number", "off"),
            _ => ("text", "off"),
        };
        return new(
            $"requiredAttributes[{name}]", name, texts["attribute." + name], type, autocomplete, LongestValue(attribute),
            name is "phone_number" ? texts["sign-up.phone-hint"] : null);
    }

    private static int? LongestValue(SchemaAttributeType attribute) =>
        int.TryParse(attribute.StringAttributeConstraints?.MaxLength, NumberStyles.None, CultureInfo.InvariantCulture, out var longest) ? longest : null;
}
