using System.Net;

namespace Postern.Federation;

/// <summary>Posts small forms to addresses that administrators named, within a reach. Of the answer only the status counts; its body is not read.</summary>
public sealed class OutsideForms(NetworkReach reach) : IDisposable
{
    /// <summary>How long a call may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private readonly HttpClient http = new(OutsideConnections.Handler(reach)) { Timeout = TimeLimit };

    /// <summary>The status that was answered; null where nothing was: out of reach, refused or too slow.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<HttpStatusCode?> Post(string address, string name, string value, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create(name, value)]);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return answer.StatusCode;
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or UriFormatException || (failed is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();
}
