using System.Runtime.InteropServices;

namespace Postern.Cryptography;

/// <summary>OpenSSL's big numbers: the functions of libcrypto that SRP needs, by name. .NET itself loads the same library on Linux.</summary>
/// <remarks>Function pointers, not DllImport: a resolver of import names would be one for the whole assembly and process.</remarks>
internal sealed unsafe class LibCrypto
{
    private static readonly string[] names =
    [
        "libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so", "libcrypto.3.dylib", "libcrypto.1.1.dylib",
        "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
        "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll",
    ];

    private readonly delegate* unmanaged<nint> bnNew;
    private readonly delegate* unmanaged<nint, void> bnClearFree;
    private readonly delegate* unmanaged<nint, void> bnClear;
    private readonly delegate* unmanaged<nint> contextNew;
    private readonly delegate* unmanaged<nint, void> contextFree;
    private readonly delegate* unmanaged<nint> montgomeryNew;
    private readonly delegate* unmanaged<nint, void> montgomeryFree;
    private readonly delegate* unmanaged<nint, nint, nint, int> montgomerySet;
    private readonly delegate* unmanaged<byte*, int, nint, nint> fromBytes;
    private readonly delegate* unmanaged<byte*, int, nint, nint> fromLittleEndian;
    private readonly delegate* unmanaged<nint, byte*, int, int> toBytes;
    private readonly delegate* unmanaged<nint, byte*, int, int> toLittleEndian;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, int> power;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, int> powerConstantTime;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> multiply;
    private readonly delegate* unmanaged<nint, nint, nint, nint, int> toMontgomery;
    private readonly delegate* unmanaged<nint, nint, nint, nint, int> fromMontgomery;
    private readonly delegate* unmanaged<nint, nint, nint, nint, int> addQuick;

    private LibCrypto(nint library)
    {
        bnNew = (delegate* unmanaged<nint>)Export("BN_new");
        bnClearFree = (delegate* unmanaged<nint, void>)Export("BN_clear_free");
        bnClear = (delegate* unmanaged<nint, void>)Export("BN_clear");
        contextNew = (delegate* unmanaged<nint>)Export("BN_CTX_new");
        contextFree = (delegate* unmanaged<nint, void>)Export("BN_CTX_free");
        montgomeryNew = (delegate* unmanaged<nint>)Export("BN_MONT_CTX_new");
        montgomeryFree = (delegate* unmanaged<nint, void>)Export("BN_MONT_CTX_free");
        montgomerySet = (delegate* unmanaged<nint, nint, nint, int>)Export("BN_MONT_CTX_set");
        fromBytes = (delegate* unmanaged<byte*, int, nint, nint>)Export("BN_bin2bn");
        fromLittleEndian = (delegate* unmanaged<byte*, int, nint, nint>)Export("BN_lebin2bn");
        toBytes = (delegate* unmanaged<nint, byte*, int, int>)Export("BN_bn2binpad");
        toLittleEndian = (delegate* unmanaged<nint, byte*, int, int>)Export("BN_bn2lebinpad");
        power = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)Export("BN_mod_exp_mont");
        powerConstantTime = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)Export("BN_mod_exp_mont_consttime");
        multiply = (delegate* unmanaged<nint, nint, nint, nint, nint, int>)Export("BN_mod_mul_montgomery");
        toMontgomery = (delegate* unmanaged<nint, nint, nint, nint, int>)Export("BN_to_montgomery");
        fromMontgomery = (delegate* unmanaged<nint, nint, nint, nint, int>)Export("BN_from_montgomery");
        addQuick = (delegate* unmanaged<nint, nint, nint, nint, int>)Export("BN_mod_add_quick");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>The library; null where there is none, or one without these functions.</summary>
    public static LibCrypto? TryLoad()
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var library))
                continue;
            try
            {
                return new(library);
            }
            catch (EntryPointNotFoundException)
            {
                // Another library of that name, such as macOS's own: look further.
            }
        }
        return null;
    }

    public nint New() => Checked(bnNew());

    public void ClearFree(nint number) => bnClearFree(number);

    public void Clear(nint number) => bnClear(number);

    public nint NewContext() => Checked(contextNew());

    public void FreeContext(nint context) => contextFree(context);

    public nint NewMontgomery(nint modulus, nint context)
    {
        var montgomery = Checked(montgomeryNew());
        Check(montgomerySet(montgomery, modulus, context));
        return montgomery;
    }

    public void FreeMontgomery(nint montgomery) => montgomeryFree(montgomery);

    public void Read(ReadOnlySpan<byte> bigEndian, nint number)
    {
        fixed (byte* bytes = bigEndian)
            Checked(fromBytes(bytes, bigEndian.Length, number));
    }

    public void ReadLittleEndian(byte* bytes, int length, nint number) => Checked(fromLittleEndian(bytes, length, number));

    public void Write(nint number, Span<byte> bigEndian)
    {
        fixed (byte* bytes = bigEndian)
            Check(toBytes(number, bytes, bigEndian.Length));
    }

    public void WriteLittleEndian(nint number, byte* bytes, int length) => Check(toLittleEndian(number, bytes, length));

    public void Power(nint result, nint @base, nint exponent, nint modulus, nint context, nint montgomery) =>
        Check(power(result, @base, exponent, modulus, context, montgomery));

    public void PowerConstantTime(nint result, nint @base, nint exponent, nint modulus, nint context, nint montgomery) =>
        Check(powerConstantTime(result, @base, exponent, modulus, context, montgomery));

    /// <summary>a·b/R mod N.</summary>
    public void Multiply(nint result, nint a, nint b, nint montgomery, nint context) => Check(multiply(result, a, b, montgomery, context));

    public void ToMontgomery(nint result, nint a, nint montgomery, nint context) => Check(toMontgomery(result, a, montgomery, context));

    public void FromMontgomery(nint result, nint a, nint montgomery, nint context) => Check(fromMontgomery(result, a, montgomery, context));

    /// <summary>a + b mod m, of numbers below m.</summary>
    public void Add(nint result, nint a, nint b, nint modulus) => Check(addQuick(result, a, b, modulus));

    private static nint Checked(nint pointer) => pointer == 0 ? throw new InsufficientMemoryException("libcrypto has no memory for a number.") : pointer;

    private static void Check(int result)
    {
        if (result <= 0)
            throw new InvalidOperationException("libcrypto refused a calculation.");
    }
}
