using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class MessageConformance : StoreConformance
{
    [Fact]
    public async Task A_message_comes_back_and_what_became_of_it_is_kept()
    {
        var message = Sample.Message(Pool);
        await Saved(new QueueMessage(message));
        Same.Messages(message, await Store.Messages.Find(message.Id, Stop));
        var sent = message with { State = MessageState.Accepted, Attempts = 1, NextAttempt = Sample.Now.AddHours(1) };
        await Saved(new PutMessage(sent with { Content = new byte[] { 1 } }));   // sealed anew meanwhile: what was read before must not come back
        Same.Messages(sent, await Store.Messages.Find(message.Id, Stop));
        await Saved(new DropMessage(message.Id), new DropMessage(message.Id), new PutMessage(sent));
        Assert.Null(await Store.Messages.Find(message.Id, Stop));
    }

    [Fact]
    public async Task A_refused_change_queues_nothing()
    {
        var message = Sample.Message(Pool);
        await Saved(new UseSession(Pool, message.Id, Sample.Now));
        await Refused(SaveOutcome.AlreadyUsed, new QueueMessage(message), new UseSession(Pool, message.Id, Sample.Now));
        Assert.Null(await Store.Messages.Find(message.Id, Stop));
    }

    [Fact]
    public async Task Messages_are_listed_the_newest_first_by_address_and_pool()
    {
        var first = Sample.Message(Pool, "a@example.com");
        var second = Sample.Message(Pool, "b@example.com", Sample.Now.AddSeconds(1));
        var third = Sample.Message(Pool + 1, "a@example.com", Sample.Now.AddSeconds(2));
        await Saved(new QueueMessage(second), new QueueMessage(third), new QueueMessage(first));

        Assert.Equal([third.Id, second.Id, first.Id], await List(null, null));
        Assert.Equal([third.Id, first.Id], await List("a@example.com", null));
        Assert.Equal([second.Id, first.Id], await List(null, Pool));
        Assert.Equal([first.Id], await List("a@example.com", Pool));
        Assert.Equal([third.Id], (await Store.Messages.List(null, null, 1, Stop)).Select(m => m.Id));
        await Store.Messages.Clear(Stop);
        Assert.Empty(await List(null, null));
    }

    [Fact]
    public async Task Due_are_those_queued_whose_time_has_come()
    {
        var due = Sample.Message(Pool);
        var later = Sample.Message(Pool) with { NextAttempt = Sample.Now.AddMinutes(1) };
        await Saved(new QueueMessage(later), new QueueMessage(due), new QueueMessage(Sample.Message(Pool) with { State = MessageState.Failed }));
        Assert.Equal([due.Id], (await Store.Messages.Due(Sample.Now, 10, Stop)).Select(m => m.Id));
        Assert.Equal([due.Id, later.Id], (await Store.Messages.Due(Sample.Now.AddMinutes(1), 10, Stop)).Select(m => m.Id));
        Assert.Single(await Store.Messages.Due(Sample.Now.AddMinutes(1), 1, Stop));
        await Saved(new PutMessage(due with { State = MessageState.Accepted }));
        Assert.Equal([later.Id], (await Store.Messages.Due(Sample.Now.AddMinutes(1), 10, Stop)).Select(m => m.Id));
    }

    private async Task<IEnumerable<Guid>> List(string? to, long? pool) => (await Store.Messages.List(to, pool, 10, Stop)).Select(m => m.Id);
}
