namespace Postern.Tests;

public class StorageShape
{
    [Fact]
    public void A_change_keeps_its_writes_in_order()
    {
        var first = new Storage.DropMessage(Guid.NewGuid());
        var second = new Storage.DropMessage(Guid.NewGuid());
        Assert.Equal([first, second], new Storage.Change(first).Add(second).Writes);
    }
}
