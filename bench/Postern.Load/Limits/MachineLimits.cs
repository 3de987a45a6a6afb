namespace Postern.Load.Limits;

/// <summary>What those parts cost on this machine that no server can do without, in microseconds of CPU; and their sums, an operation each.</summary>
/// <param name="Sign">An RSA-2048 signature.</param>
/// <param name="Verify">The check of one.</param>
/// <param name="PowerOfGenerator">SRP's g^x by a table.</param>
/// <param name="PublicValue">SRP's B.</param>
/// <param name="SharedSecret">SRP's S.</param>
/// <param name="Get">Bare Kestrel: a GET with a fixed answer.</param>
/// <param name="Post">Bare Kestrel: a POST of JSON, parsed, with 3.3 KB of JSON back.</param>
/// <param name="Read">SQLite: a user found by name.</param>
/// <param name="Page">SQLite: sixty users.</param>
/// <param name="Insert">SQLite: a user written, durable, in groups of 64.</param>
public sealed record MachineLimits(
    double Sign, double Verify, double PowerOfGenerator, double PublicValue, double SharedSecret, double Get, double Post, double Read, double Page, double Insert)
{
    /// <summary>Sign-in by password: two tokens signed, the password checked.</summary>
    public double SignIn => 2 * Sign + Post + PowerOfGenerator + Read;

    /// <summary>Sign-in by SRP, both calls.</summary>
    public double Srp => 2 * Sign + 2 * Post + PublicValue + SharedSecret + 2 * Read;

    public double Refresh => 2 * Sign + Post + Read;

    /// <summary>The exchange of a code. That it is written down as used, one row in a commit that many share, is not counted.</summary>
    public double Code => Refresh;

    /// <summary>A client's token for itself: nothing is read.</summary>
    public double Credentials => Sign + Post;

    public double GetUser => Post + Verify + Read;

    /// <summary>AdminGetUser, and ListUsers by an e-mail address.</summary>
    public double FindUser => Post + Read;

    public double ListUsers => Post + Page;

    public double SignUp => Post + PowerOfGenerator + Insert;

    public double Jwks => Get;
}
