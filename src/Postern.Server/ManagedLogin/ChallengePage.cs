namespace Postern.ManagedLogin;

/// <summary>The pages that ask the challenges of a sign-in. They are shown by the step before; opened alone, they lead to the sign-in page.</summary>
public sealed class ChallengePage(PageFlow flow) : IPage
{
    /// <summary>The value of the button by which the user begins with another factor.</summary>
    public const string Choose = "choose";

    public IReadOnlyList<string> Paths { get; } = [.. flow.Steps.Select(static step => step.Path).Distinct()];

    public Task Get(PageRequest page) => page.Redirect(page.Link("/login"));

    public async Task Post(PageRequest page)
    {
        if (await flow.State(page) is not { } state || flow.StepOf(state.Challenge) is not { } step)
            await flow.Over(page);
        else if (page.Field(ChallengeModel.ActionField) is Choose && state.IsFirstFactor)
            await flow.Run(page, state.Username, () => flow.Begin(page, state.Username), error => flow.Show(page, state, error));
        else if (step.Problem(page) is { } problem)
            await flow.Show(page, state, problem);
        else
            await flow.Run(page, state.Username, () => step.Answer(flow, page, state), error => flow.Show(page, state, error));
    }
}
