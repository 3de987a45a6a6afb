using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;

namespace Postern.Messages;

/// <summary>Mail by SMTP: HTML with a text made from it, one recipient a message.</summary>
/// <param name="host">The mail server.</param>
/// <param name="port">465 is TLS from the start; else STARTTLS where the server offers it.</param>
/// <param name="sender">The sender of pools that name none.</param>
public sealed partial class SmtpTransport(string host, int port, string sender) : ITransport
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <exception cref="FormatException">Not of the form HOST:PORT.</exception>
    public static SmtpTransport Parse(string address, string sender)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), out var port)
            ? new(address[..colon].Trim('[', ']'), port, sender)
            : throw new FormatException($"--smtp is HOST:PORT such as 127.0.0.1:1025, not '{address}'.");
    }

    public bool Carries(OutgoingMessage message) => message.Medium is "EMAIL";

    public async ValueTask Send(OutgoingMessage message, CancellationToken stop)
    {
        try
        {
            using var mail = Compose(message);
            using var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
            await client.ConnectAsync(host, port, port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, stop);
            await client.SendAsync(mail, stop);
            await client.DisconnectAsync(true, stop);
        }
        catch (SmtpCommandException refused)
        {
            // 5xx is the server's last word; 4xx asks to come again.
            throw new DeliveryException($"The mail server answered {(int)refused.StatusCode}", (int)refused.StatusCode >= 500, refused);
        }
        catch (ParseException malformed)
        {
            throw new DeliveryException("The address can't be written to", true, malformed);
        }
        catch (Exception unreachable) when (unreachable is SocketException or IOException or SmtpProtocolException or TimeoutException or SslHandshakeException or OperationCanceledException)
        {
            throw new DeliveryException($"The mail server {host}:{port} can't be reached", false, unreachable);
        }
    }

    private MimeMessage Compose(OutgoingMessage message)
    {
        var mail = new MimeMessage { Subject = message.Subject ?? "", MessageId = MimeUtils.GenerateMessageId("postern"), Date = message.At };
        mail.From.Add(MailboxAddress.Parse(message.From ?? sender));
        mail.To.Add(MailboxAddress.Parse(message.To));
        if (message.ReplyTo is not null)
            mail.ReplyTo.Add(MailboxAddress.Parse(message.ReplyTo));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Body = new BodyBuilder { HtmlBody = message.Body, TextBody = PlainText(message.Body) }.ToMessageBody();
        return mail;
    }

    private static string PlainText(string html) =>
        WebUtility.HtmlDecode(Tag().Replace(Anchor().Replace(html, "$2 ($1)"), " ")).Trim();

    [GeneratedRegex("<a\\s[^>]*href=\"([^\"]*)\"[^>]*>(.*?)</a>", RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Anchor();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
