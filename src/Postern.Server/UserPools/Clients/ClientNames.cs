using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>What an app client may be called.</summary>
/// <remarks>The model's pattern, which stands here because a name that chooses the client's id (development) does not fit it.</remarks>
internal static class ClientNames
{
    /// <exception cref="InvalidParameterException">The name has other characters than the model allows.</exception>
    public static void Check(string name)
    {
        if (!name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '=' or ',' or '.' or '@' or '-' or ' ' or (>= '\t' and <= '\r')))
        {
            throw new InvalidParameterException(
                $"1 validation error detected: Value '{name}' at 'clientName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+");
        }
    }
}
