namespace Postern.ManagedLogin.SignUp;

/// <summary>A field for an attribute, as any form shows it.</summary>
/// <param name="Value">What was typed before.</param>
/// <param name="DescribedBy">The id of the form's error; null where there is none.</param>
public sealed record AttributeFieldModel(SignUpField Field, string Value, string? DescribedBy)
{
    public string HintId => Field.Id + "_hint";

    public string? Descriptions => Field.Hint is null ? DescribedBy : $"{HintId} {DescribedBy}".TrimEnd();
}
