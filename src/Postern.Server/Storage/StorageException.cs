namespace Postern.Storage;

/// <summary>The store could not do what was asked: the disk is full, the file is damaged, the database is away. Nothing of the change it
/// answers was kept.</summary>
public class StorageException : Exception
{
    public StorageException(string message) : base(message) { }

    public StorageException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>The database can't be reached now; it may be back in a moment.</summary>
public sealed class StorageUnavailableException : StorageException
{
    public StorageUnavailableException(string message) : base(message) { }

    public StorageUnavailableException(string message, Exception inner) : base(message, inner) { }
}
