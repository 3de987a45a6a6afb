using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Primitives;
using Postern.Contract;

namespace Postern.Wire;

/// <summary>Writes answers and errors of JSON 1.1 into a pooled buffer, then to the client in one piece.</summary>
public sealed class Answer
{
    private const string ContentType = "application/x-amz-json-1.1";
    private const int LargestKeptBuffer = 64 * 1024;

    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues Exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

    private readonly ObjectPool<Page> pages = new DefaultObjectPool<Page>(new PagePolicy(), Environment.ProcessorCount * 8);

    /// <summary>The headers that every answer carries.</summary>
    public static void Head(HttpResponse response, int status, string contentType)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        var headers = response.Headers;
        headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlExposeHeaders = Exposed;
    }

    public Task Write(HttpResponse response, IResponse answer)
    {
        Head(response, 200, ContentType);
        if (answer is NoOutput)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }
        var page = pages.Get();
        answer.Write(page.Writer);
        return Send(response, page);
    }

    public Task Write(HttpResponse response, ServiceException error)
    {
        Head(response, error.Status, ContentType);
        response.Headers["x-amzn-ErrorType"] = error.ErrorType + ":";
        if (error.Text is not null)
            response.Headers["x-amzn-ErrorMessage"] = HeaderText(error.Text);
        var page = pages.Get();
        var writer = page.Writer;
        writer.WriteStartObject();
        writer.WriteString("__type"u8, error.ErrorType);
        if (error.Text is not null)
            writer.WriteString(error.ErrorType == "SerializationException" ? "Message"u8 : "message"u8, error.Text);
        error.WriteMembers(writer);
        writer.WriteEndObject();
        return Send(response, page);
    }

    private async Task Send(HttpResponse response, Page page)
    {
        page.Writer.Flush();
        var bytes = page.Buffer.WrittenMemory;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes);
        pages.Return(page);
    }

    // A header holds one line of visible ASCII, and not endless: Kestrel refuses more, and an error would become a 500.
    private static string HeaderText(string text)
    {
        const int longest = 1024;
        var plain = true;
        foreach (var character in text)
            plain &= character is >= ' ' and < (char)127;
        if (plain && text.Length <= longest)
            return text;
        return string.Create(Math.Min(text.Length, longest), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] is >= ' ' and < (char)127 ? source[i] : '?';
        });
    }

    private sealed class Page
    {
        public Page() => Writer = new(Buffer, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

        public Utf8JsonWriter Writer { get; }
    }

    private sealed class PagePolicy : IPooledObjectPolicy<Page>
    {
        public Page Create() => new();

        public bool Return(Page page)
        {
            page.Buffer.ResetWrittenCount();
            page.Writer.Reset();
            return page.Buffer.Capacity <= LargestKeptBuffer;
        }
    }
}
