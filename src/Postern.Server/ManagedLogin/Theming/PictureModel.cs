namespace Postern.ManagedLogin.Theming;

/// <summary>An image on a page: decoration, without a text of its own.</summary>
public sealed record PictureModel(ThemeImage Image, string? ClassName = null);
