using System.Net;

namespace Postern.Federation;

/// <summary>Fetches small documents from addresses that somebody named, within a reach.</summary>
public sealed class OutsideDocuments : IDisposable
{
    private static readonly TimeSpan timeLimit = TimeSpan.FromSeconds(5);

    private readonly ProviderAddresses addresses;
    private readonly HttpClient http;

    /// <param name="addresses">What an address must look like, before it is looked up.</param>
    public OutsideDocuments(NetworkReach reach, ProviderAddresses addresses)
    {
        this.addresses = addresses;
        http = new(OutsideConnections.Handler(reach)) { Timeout = timeLimit };
    }

    /// <summary>The document's bytes; null where there is none to be had: a bad address, out of reach, too slow, too long, or not answered with
    /// 200.</summary>
    /// <param name="longest">In bytes.</param>
    public async Task<byte[]?> Fetch(string address, int longest, CancellationToken stop)
    {
        if (!addresses.IsGood(address))
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("application/json");
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.StatusCode is not HttpStatusCode.OK || answer.Content.Headers.ContentLength > longest)
                return null;
            await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
            var bytes = new byte[longest + 1];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token);
            return length > longest ? null : bytes[..length];
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException or UriFormatException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();
}
