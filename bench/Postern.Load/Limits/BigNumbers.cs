using System.Runtime.InteropServices;

namespace Postern.Load.Limits;

/// <summary>OpenSSL's big numbers: the fastest modular arithmetic that this machine has without native code of one's own.</summary>
internal static partial class BigNumbers
{
    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library, EntryPoint = "BN_new")]
    public static partial nint New();

    [LibraryImport(Library, EntryPoint = "BN_dup")]
    public static partial nint Copy(nint number);

    [LibraryImport(Library, EntryPoint = "BN_CTX_new")]
    public static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "BN_MONT_CTX_new")]
    public static partial nint NewMontgomery();

    [LibraryImport(Library, EntryPoint = "BN_MONT_CTX_set")]
    public static partial int SetMontgomery(nint montgomery, nint modulus, nint context);

    /// <summary>The prime of RFC 3526's group of 3072 bits, which Cognito's SRP works in.</summary>
    [LibraryImport(Library, EntryPoint = "BN_get_rfc3526_prime_3072")]
    public static partial nint Prime3072(nint result);

    [LibraryImport(Library, EntryPoint = "BN_bin2bn")]
    public static partial nint Read(ReadOnlySpan<byte> bigEndian, int length, nint result);

    [LibraryImport(Library, EntryPoint = "BN_bn2binpad")]
    public static partial int Write(nint number, Span<byte> bigEndian, int length);

    [LibraryImport(Library, EntryPoint = "BN_mod_exp_mont")]
    public static partial int Power(nint result, nint @base, nint exponent, nint modulus, nint context, nint montgomery);

    [LibraryImport(Library, EntryPoint = "BN_mod_exp_mont_consttime")]
    public static partial int PowerConstantTime(nint result, nint @base, nint exponent, nint modulus, nint context, nint montgomery);

    /// <summary>a·b/R mod N.</summary>
    [LibraryImport(Library, EntryPoint = "BN_mod_mul_montgomery")]
    public static partial int MultiplyMontgomery(nint result, nint a, nint b, nint montgomery, nint context);

    [LibraryImport(Library, EntryPoint = "BN_to_montgomery")]
    public static partial int ToMontgomery(nint result, nint number, nint montgomery, nint context);

    [LibraryImport(Library, EntryPoint = "BN_from_montgomery")]
    public static partial int FromMontgomery(nint result, nint number, nint montgomery, nint context);

    [LibraryImport(Library, EntryPoint = "BN_mod_add_quick")]
    public static partial int AddModulo(nint result, nint a, nint b, nint modulus);

    [LibraryImport(Library, EntryPoint = "BN_mod_sub")]
    public static partial int SubtractModulo(nint result, nint a, nint b, nint modulus, nint context);

    [LibraryImport(Library, EntryPoint = "BN_mul")]
    public static partial int Multiply(nint result, nint a, nint b, nint context);

    [LibraryImport(Library, EntryPoint = "BN_add")]
    public static partial int Add(nint result, nint a, nint b);
}
