using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public class RandomTextTests
{
    [Fact]
    public void Ids_and_codes_have_Cognitos_forms()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.Matches("^[0-9]{6}$", RandomText.Code());
            Assert.Matches("^[0-9]{8}$", RandomText.Code(8));
            Assert.Matches("^[0-9A-Za-z]{9}$", RandomText.PoolSuffix());
            Assert.Matches("^[0-9][0-9a-z]{25}$", RandomText.ClientId());
            Assert.Matches("^[0-9a-z]{51}$", RandomText.ClientSecret());
        }
    }

    [Fact]
    public void Every_digit_of_a_code_is_equally_likely()
    {
        var counts = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            foreach (var digit in RandomText.Code())
                counts[digit - '0']++;
        }
        // 6,000 each, standard deviation 73: seven of them.
        Assert.All(counts, count => Assert.InRange(count, 5_480, 6_520));
    }

    [Fact]
    public void A_temporary_password_satisfies_its_policy() =>
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, 300]).Sample((flags, length) =>
        {
            var required = (PasswordCharacters)flags;
            var password = RandomText.TemporaryPassword(required, length);
            Assert.InRange(password.Length, Math.Min(length, 256), 256);
            Assert.InRange(password.Length, 8, 256);
            Assert.DoesNotContain(' ', password);
            if (required.HasFlag(PasswordCharacters.Lowercase))
                Assert.Contains(password, char.IsAsciiLetterLower);
            if (required.HasFlag(PasswordCharacters.Uppercase))
                Assert.Contains(password, char.IsAsciiLetterUpper);
            if (required.HasFlag(PasswordCharacters.Numbers))
                Assert.Contains(password, char.IsAsciiDigit);
            if (required.HasFlag(PasswordCharacters.Symbols))
                Assert.Contains(password, c => "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=".Contains(c, StringComparison.Ordinal));
            else
                Assert.All(password, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        });
}
