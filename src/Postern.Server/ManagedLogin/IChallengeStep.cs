using Postern.UserPools.SignIn;
using RazorSlices;

namespace Postern.ManagedLogin;

/// <summary>How a challenge of the sign-in machine is asked on a page.</summary>
public interface IChallengeStep
{
    /// <summary>As the API names them.</summary>
    IReadOnlyList<string> Challenges { get; }

    /// <summary>Where its form is posted to, in lower case.</summary>
    string Path { get; }

    /// <param name="sealedState">For the hidden field.</param>
    RazorSlice View(PageRequest page, PageState state, string sealedState, string? error);

    /// <summary>What was typed, as ChallengeResponses; the name is added.</summary>
    IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state);

    /// <summary>What is wrong with the form before the server's rules are asked; null where nothing is.</summary>
    string? Problem(PageRequest page) => null;

    /// <summary>Answers the challenge with the form; what comes next.</summary>
    ValueTask<SignInOutcome> Answer(PageFlow flow, PageRequest page, PageState state) => flow.Answer(page, state, Responses(page, state));

    /// <summary>What comes next without a page, where there is nothing to ask; null where there is.</summary>
    ValueTask<SignInOutcome?> Skip(PageFlow flow, PageRequest page, PageState state) => new((SignInOutcome?)null);
}

/// <summary>A page that asks a challenge.</summary>
/// <param name="State">Sealed, for the hidden field.</param>
/// <param name="Path">Where its form is posted to.</param>
public record ChallengeModel(PageRequest Page, string State, string Path, string Title, string? Error) : FormModel(Page, Title, Error)
{
    /// <summary>The name of the buttons that do something else than answer.</summary>
    public const string ActionField = "action";

    public override string Action => Page.Link(Path);
}
