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
}
