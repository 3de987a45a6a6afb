namespace Postern.Cryptography;

/// <summary>Memory at a fixed address that is a multiple of 64, for as long as this object is reachable: who uses the address keeps it alive.</summary>
internal sealed unsafe class PinnedMemory
{
    private const int Alignment = 64;

    private readonly byte[] array;

    /// <param name="size">Bytes; they are zero at first.</param>
    public PinnedMemory(int size)
    {
        array = GC.AllocateArray<byte>(size + Alignment, pinned: true);
        Address = Align((byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0));
    }

    public byte* Address { get; }

    /// <summary>The first multiple of 64 from an address on.</summary>
    public static byte* Align(void* address) => (byte*)(((nuint)address + Alignment - 1) & ~(nuint)(Alignment - 1));
}
