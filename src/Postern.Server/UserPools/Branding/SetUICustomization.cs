using System.Buffers.Text;
using System.Text;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Domains;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Branding;

/// <summary>Sets the CSS and the logo of the classic pages, for one client or for all that have none of their own.</summary>
/// <remarks>Hosted pages sheet, "Classic CSS". What is set belongs together: a request without CSS, or without a logo, takes away what there was of it,
/// and one with neither removes the customization. All of that needs a domain, so a customization is removed before the domain; where the domain goes
/// first, it waits for the next one. The texts on sizes and the logo's form are unverified against the service.</remarks>
public sealed class SetUICustomization(Pools.Pools pools, PoolDomains domains, UICustomizations customizations, IChanges changes, TimeProvider time)
    : IOperation<SetUICustomizationRequest, SetUICustomizationResponse>
{
    private const int Tries = 3;
    private const int LargestLogo = 100 * 1024;
    private const int LargestRequest = 135 * 1024;

    public async ValueTask<SetUICustomizationResponse> Run(SetUICustomizationRequest request, Caller caller, CancellationToken stop)
    {
        var owner = request.ClientId ?? UICustomizations.All;
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(request.UserPoolId, caller, stop);
            var client = owner == UICustomizations.All ? null : await pools.ReadClient(pool, owner, stop);
            await domains.Require(pool, stop);
            var css = string.IsNullOrWhiteSpace(request.CSS) ? null : request.CSS;
            var image = request.ImageFile is { Length: > 0 } given ? given : null;
            var sheet = Check(css, image);

            var row = await customizations.FindRow(pool.Number, owner, stop);
            var before = row is null ? null : UICustomization.Read(row);
            var now = time.GetUtcNow();
            var after = css is null && image is null
                ? null
                : new UICustomization(
                    owner, css, sheet, UICustomization.VersionAt(now, before?.Version), image is null ? null : $"logo/{owner}/{Guid.NewGuid():N}", before?.Created ?? now, now);
            // The client's row is written as it is: nothing is left behind of a client that is deleted meanwhile.
            var change = Replace(pool, row, before, after, image).Add(client is null ? [] : [new PutResource(client.Row)]);
            if (change.Writes.Count == 0 || (await changes.Save(change, stop)).IsSaved)
                return new() { UICustomization = customizations.Describe(pool, owner, after) };
        }
        throw new TooManyRequestsException("Too many changes of this customization at once; try again.");
    }

    private static ClassicStyleSheet? Check(string? css, byte[]? image)
    {
        if (image is { Length: > LargestLogo })
            throw new InvalidParameterException("The image file must not be larger than 100 KB.");
        if (Encoding.UTF8.GetByteCount(css ?? "") + Base64.GetMaxEncodedToUtf8Length(image?.Length ?? 0) > LargestRequest)
            throw new InvalidParameterException("CSS and image file together must not be larger than 135 KB.");
        if (image is not null && ImageFile.ExtensionOf(image) is not (AssetExtensionType.PNG or AssetExtensionType.JPEG))
            throw new InvalidParameterException("The image file must be a PNG, JPG or JPEG file.");
        return css is null ? null : ClassicStyleSheet.Parse(css);
    }

    private static Change Replace(UserPool pool, StoredResource? row, UICustomization? before, UICustomization? after, byte[]? image)
    {
        var change = new Change();
        if (before?.Logo is { } old)
            change.Add(new DeleteResource(UICustomizations.Logo(pool.Number, old)));
        if (after is null)
            return row is null ? change : change.Add(new DeleteResource(row));
        if (after.Logo is { } logo)
            change.Add(new PutResource(new(pool.Number, ResourceKind.BrandingAsset, logo, image, default, after.Modified, after.Modified, Version: 0)));
        var changed = row ?? new(pool.Number, ResourceKind.UICustomization, after.Owner, default, default, after.Created, after.Modified, Version: 0);
        return change.Add(new PutResource(changed with { Settings = after.ToJson(), Modified = after.Modified }));
    }
}
