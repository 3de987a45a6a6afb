namespace Postern.Load;

/// <summary>A run can't begin or go on; the text is for the person who started it.</summary>
public sealed class LoadException(string message) : Exception(message);
