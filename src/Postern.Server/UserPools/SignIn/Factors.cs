namespace Postern.UserPools.SignIn;

/// <summary>What a user has proved in the course of a sign-in. Sealed in sessions: never renumber, only add.</summary>
[Flags]
public enum Factors
{
    None = 0,
    Password = 1,
    EmailCode = 1 << 1,
    SmsCode = 1 << 2,
    SoftwareToken = 1 << 3,
    Passkey = 1 << 4,

    /// <summary>The passkey's authenticator verified the user: a factor of its own.</summary>
    UserVerification = 1 << 5,

    /// <summary>A remembered device.</summary>
    Device = 1 << 6,

    /// <summary>What the pool's own functions asked for.</summary>
    Custom = 1 << 7,

    /// <summary>The code of a sign-up, a moment ago.</summary>
    SignUp = 1 << 8,
}

/// <summary>How a sign-in began. Sealed in sessions: never renumber, only add.</summary>
public enum SignInFlow : byte
{
    /// <summary>USER_PASSWORD_AUTH and its admin twins.</summary>
    Password = 1,

    /// <summary>USER_SRP_AUTH.</summary>
    Srp = 2,

    /// <summary>USER_AUTH.</summary>
    Choice = 3,

    /// <summary>CUSTOM_AUTH.</summary>
    Custom = 4,
}

public static class FactorRules
{
    private const Factors Codes = Factors.EmailCode | Factors.SmsCode;

    /// <summary>Whether a second factor was proved: beside a password or a sign-up's code, or by a passkey that verified its user.</summary>
    public static bool AreTwo(this Factors passed) =>
        ((passed & (Factors.Password | Factors.SignUp)) != 0 && (passed & (Codes | Factors.SoftwareToken | Factors.Device)) != 0)
        || passed.HasFlag(Factors.Passkey | Factors.UserVerification);

    /// <summary>The level of authentication, 1 to 4 (2026 operations sheet, "Authentication context"; which factors make which is unverified
    /// against the service).</summary>
    public static int Level(this Factors passed)
    {
        if (passed.HasFlag(Factors.Passkey | Factors.UserVerification))
            return 4;
        if (passed.AreTwo())
            return 3;
        return (passed & (Codes | Factors.Passkey | Factors.SignUp)) != 0 ? 2 : 1;
    }
}
