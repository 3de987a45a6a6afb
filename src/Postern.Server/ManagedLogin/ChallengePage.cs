using Postern.Contract;

namespace Postern.ManagedLogin;

/// <summary>The pages that ask the challenges of a sign-in. They are shown by the step before; opened alone, they lead to the sign-in page.</summary>
public sealed class ChallengePage(PageFlow flow) : IPage
{
    public IReadOnlyList<string> Paths { get; } = [.. flow.Steps.Select(static step => step.Path).Distinct()];

    public Task Get(PageRequest page) => page.Redirect(page.Link("/login"));

    public async Task Post(PageRequest page)
    {
        if (await flow.State(page) is not { } state || flow.Steps.FirstOrDefault(step => step.Challenges.Contains(state.Challenge)) is not { } step)
        {
            await page.Redirect(page.Link("/login"));
            return;
        }
        if (step.Problem(page) is { } problem)
        {
            await flow.Show(page, state, problem);
            return;
        }
        try
        {
            await flow.Continue(page, await flow.Answer(page, state, step.Responses(page, state)), state.Username);
        }
        catch (ServiceException refused)
        {
            await flow.Show(page, state, refused.Message);
        }
    }
}
