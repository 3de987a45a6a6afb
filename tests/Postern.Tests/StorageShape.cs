using Postern.Storage;

namespace Postern.Tests;

public class StorageShape
{
    [Fact]
    public void A_change_keeps_its_writes_in_order()
    {
        var first = new DropMessage(Guid.NewGuid());
        var second = new DropMessage(Guid.NewGuid());
        Assert.Equal([first, second], new Change(first).Add(second).Writes);
    }
}
