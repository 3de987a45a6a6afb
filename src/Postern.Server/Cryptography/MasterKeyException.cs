using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>The master key is missing, malformed or not the one of this database. The message says what to do.</summary>
public sealed class MasterKeyException : CryptographicException
{
    public MasterKeyException(string message)
        : base(message)
    {
    }

    public MasterKeyException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public MasterKeyException()
    {
    }
}
