namespace Postern.Storage;

/// <summary>A storage back end: one object per concept over one database.</summary>
public interface IStore : IAsyncDisposable
{
    IChanges Changes { get; }
    IPoolStore Pools { get; }
    IResourceStore Resources { get; }
    IUserStore Users { get; }
    IUserPartStore UserParts { get; }
    IGroupStore Groups { get; }
    ICodeStore Codes { get; }
    IAttemptStore Attempts { get; }
    ISignInStore SignIns { get; }
    IKeyStore Keys { get; }
    IMessageStore Messages { get; }
    IInstallationStore Installation { get; }
    ISettingsFeed Feed { get; }
    ISealedValues Sealed { get; }
}
