using System.Globalization;
using Postern.Contract.UserPools;

namespace Postern.ManagedLogin;

/// <summary>The list of a pool's rules beside a field for a new password; the script ticks them off while the user types.</summary>
/// <param name="FieldId">The id of the field.</param>
public sealed record PasswordRules(Texts Texts, PasswordPolicyType Policy, string FieldId)
{
    /// <summary>The list's own id: the field names it in <c>aria-describedby</c>.</summary>
    public string Id => FieldId + "_rules";

    /// <summary>What the script knows a rule by, and its text.</summary>
    public IEnumerable<(string Name, string Text)> All
    {
        get
        {
            if (Policy.RequireLowercase is true)
                yield return ("lower", Texts["password.lower"]);
            if (Policy.RequireUppercase is true)
                yield return ("upper", Texts["password.upper"]);
            if (Policy.RequireNumbers is true)
                yield return ("number", Texts["password.number"]);
            var least = (Policy.MinimumLength ?? 8).ToString(CultureInfo.InvariantCulture);
            yield return ("length:" + least, Texts.With("password.length", least));
            if (Policy.RequireSymbols is true)
                yield return ("symbol", Texts["password.symbol"]);
            yield return ("blank", Texts["password.blank"]);
        }
    }
}
