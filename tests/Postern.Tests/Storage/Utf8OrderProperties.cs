using System.Text;
using CsCheck;
using Postern.Storage;

namespace Postern.Tests.Storage;

public sealed class Utf8OrderProperties
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Int['a', 'c'], Gen.Int[0xd7f0, 0xd7ff], Gen.Int[0xe000, 0xe00f], Gen.Int[0xfff0, 0x1000f])
        .Select(point => new Rune(point).ToString()).Array[0, 4].Select(string.Concat);

    [Fact]
    public void Texts_are_ordered_as_their_bytes_are() => Gen.Select(Text, Text).Sample((one, other) =>
        Math.Sign(Utf8Order.Compare(one, other)) == Math.Sign(Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other))));
}
