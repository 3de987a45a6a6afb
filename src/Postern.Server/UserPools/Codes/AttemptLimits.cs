namespace Postern.UserPools.Codes;

/// <summary>What is counted per user and hour.</summary>
public enum LimitedAction : byte
{
    Password = 1,
    ConfirmSignUp = 2,
    ResendConfirmationCode = 3,
    ChangePassword = 4,
    GetUserAttributeVerificationCode = 5,
    VerifyUserAttribute = 6,
    ForgotPassword = 7,

    /// <summary>A wrong code of a second factor.</summary>
    MfaCode = 8,

    /// <summary>A wrong code of a first factor.</summary>
    SignInCode = 9,

    /// <summary>A sign-in's code sent again.</summary>
    ResendSignInCode = 10,

    /// <summary>A device that asks for a code, by its address; these four are counted by <c>DeviceLimits</c>.</summary>
    DeviceOfAddress = 11,

    /// <summary>The same by its app client.</summary>
    DeviceOfClient = 12,

    /// <summary>A device's code that was typed, by the address.</summary>
    DeviceCodeOfAddress = 13,

    /// <summary>A wrong one, of the whole pool.</summary>
    WrongDeviceCode = 14,
}

/// <summary>How many attempts a user has, per hour (quotas sheet, "Attempts per user and hour").</summary>
/// <param name="IsOn">One switch turns all of them off, lock-out included.</param>
public sealed record AttemptLimits(bool IsOn = true)
{
    public static TimeSpan Window { get; } = TimeSpan.FromHours(1);

    /// <summary>ForgotPassword and ConfirmForgotPassword share one count; the service gives 5 to 20 by risk, ours is 20.</summary>
    public static int PerHour(LimitedAction action) => action switch
    {
        LimitedAction.ConfirmSignUp or LimitedAction.VerifyUserAttribute or LimitedAction.SignInCode => 15,
        LimitedAction.ForgotPassword => 20,
        _ => 5,
    };
}
