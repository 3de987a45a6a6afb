using Postern.UserPools.Branding;

namespace Postern.ManagedLogin;

/// <summary>Sends an image that an administrator gave the pages.</summary>
/// <remarks>Hosted pages sheet, "Assets": a drawing in SVG is a document of the sign-in's origin to who opens it by itself, so it is put in a
/// sandbox, where nothing runs and nothing is loaded.</remarks>
internal static class ImageAnswer
{
    /// <param name="name">Stands for these bytes: the tag.</param>
    /// <param name="isForGood">Whether the address leads to no other bytes, ever.</param>
    public static async Task Write(HttpContext context, ImageFile? image, string name, bool isForGood)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        if (image is null)
        {
            response.StatusCode = 404;
            response.ContentType = "text/plain; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            await response.WriteAsync("There is no such image.\n", context.RequestAborted);
            return;
        }
        var tag = $"\"{Uri.EscapeDataString(name)}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = isForGood ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
        if (AssetAnswer.IsKnown(context.Request, tag))
        {
            response.StatusCode = 304;
            return;
        }
        response.ContentType = image.ContentType;
        response.ContentLength = image.Bytes.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await response.Body.WriteAsync(image.Bytes, context.RequestAborted);
    }
}
