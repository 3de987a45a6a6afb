namespace Postern.Contract;

/// <summary>A pattern of a service model, with the meaning that Java gives it: it matches the whole value, by code points, with ASCII
/// <c>\w</c>, <c>\d</c> and <c>\s</c>.</summary>
/// <remarks>
/// .NET's regular expressions differ in each of these, and backtrack. Here the text is parsed at its first use; most patterns are one set with
/// a quantifier and are checked by a loop, the others by following all their ways at once, in time that grows with the value's length alone.
/// What the models do not use (back references, lazy and possessive quantifiers, long look-arounds, set operations) is refused.
/// </remarks>
internal sealed class JavaPattern(string text)
{
    // Programs up to this size are followed on the stack; the models' longest is a third of it.
    private const int StackSize = 512;

    private volatile Form? form;

    /// <summary>Whether the whole value matches.</summary>
    /// <exception cref="FormatException">The pattern uses what is not supported.</exception>
    public bool Matches(string value)
    {
        form ??= Form.Of(JavaPatternParser.Parse(text));
        return form.Single is { } single ? Repeats(single, value) : Follow(form.Program, form.Start, value);
    }

    public override string ToString() => text;

    private static bool Repeats(PatternNode.Repeat repeat, string value)
    {
        var set = ((PatternNode.One)repeat.Node).Set;
        var count = 0;
        for (var at = 0; at < value.Length; count++)
        {
            if (count == repeat.Maximum || !set.Contains(CodePoint(value, ref at)))
                return false;
        }
        return count >= repeat.Minimum;
    }

    private static bool Follow(Instruction[] program, int start, string value)
    {
        var size = program.Length;
        Span<int> space = size <= StackSize ? stackalloc int[3 * size] : new int[3 * size];
        var here = new Ways(program, space[..size], space[(2 * size)..]);
        var next = new Ways(program, space[size..(2 * size)], space[(2 * size)..]);
        space[(2 * size)..].Fill(-1);
        here.Add(start, 0, -1, value.Length);
        for (var at = 0; at < value.Length;)
        {
            if (here.Count == 0)
                return false;
            var codePoint = CodePoint(value, ref at);
            next.Count = 0;
            for (var way = 0; way < here.Count; way++)
            {
                ref readonly var instruction = ref program[here.List[way]];
                if (instruction.Set is { } set && instruction.Kind is InstructionKind.One && set.Contains(codePoint))
                    next.Add(instruction.Next, at, codePoint, value.Length);
            }
            var swap = here;
            here = next;
            next = swap;
        }
        return here.Reaches(InstructionKind.Match);
    }

    private static int CodePoint(string value, ref int at)
    {
        var unit = value[at++];
        return char.IsHighSurrogate(unit) && at < value.Length && char.IsLowSurrogate(value[at]) ? char.ConvertToUtf32(unit, value[at++]) : unit;
    }

    private enum InstructionKind
    {
        One,
        Split,
        Start,
        End,
        NotBehind,
        Match,
    }

    private readonly record struct Instruction(InstructionKind Kind, int Next, int Other = -1, CharacterSet? Set = null);

    /// <summary>The instructions that the pattern may stand at, each once.</summary>
    private ref struct Ways(Instruction[] program, Span<int> list, Span<int> seen)
    {
        public readonly Span<int> List = list;
        private readonly Span<int> seen = seen;

        public int Count { get; set; }

        public void Add(int index, int at, int previous, int end)
        {
            while (seen[index] != at)
            {
                seen[index] = at;
                ref readonly var instruction = ref program[index];
                switch (instruction.Kind)
                {
                    case InstructionKind.Split:
                        Add(instruction.Next, at, previous, end);
                        index = instruction.Other;
                        continue;
                    case InstructionKind.Start when at == 0:
                    case InstructionKind.End when at == end:
                    case InstructionKind.NotBehind when previous < 0 || !instruction.Set!.Contains(previous):
                        index = instruction.Next;
                        continue;
                    case InstructionKind.One or InstructionKind.Match:
                        List[Count++] = index;
                        return;
                    default:
                        return;
                }
            }
        }

        public readonly bool Reaches(InstructionKind kind)
        {
            for (var way = 0; way < Count; way++)
            {
                if (program[List[way]].Kind == kind)
                    return true;
            }
            return false;
        }
    }

    /// <summary>A pattern ready to run: one set with a quantifier, or a program.</summary>
    private sealed class Form
    {
        private const int MaximumSize = 4096;

        private readonly List<Instruction> instructions = [];

        public PatternNode.Repeat? Single { get; private init; }

        public Instruction[] Program { get; private set; } = [];

        public int Start { get; private set; }

        public static Form Of(PatternNode node)
        {
            // The whole value must match, so that anchors at the ends say nothing.
            var parts = node is PatternNode.Sequence sequence ? [.. sequence.Nodes] : new List<PatternNode> { node };
            if (parts is [PatternNode.Start, ..])
                parts.RemoveAt(0);
            if (parts is [.., PatternNode.End])
                parts.RemoveAt(parts.Count - 1);
            if (parts is [PatternNode.One one])
                return new() { Single = new(one, 1, 1) };
            if (parts is [PatternNode.Repeat { Node: PatternNode.One } repeat])
                return new() { Single = repeat };
            var form = new Form();
            form.Start = form.Emit(new PatternNode.Sequence(parts), form.Append(new(InstructionKind.Match, -1)));
            form.Program = [.. form.instructions];
            return form;
        }

        private int Append(Instruction instruction)
        {
            if (instructions.Count == MaximumSize)
                throw new FormatException("The pattern is too large.");
            instructions.Add(instruction);
            return instructions.Count - 1;
        }

        private int Emit(PatternNode node, int next)
        {
            switch (node)
            {
                case PatternNode.One one:
                    return Append(new(InstructionKind.One, next, Set: one.Set));
                case PatternNode.Start:
                    return Append(new(InstructionKind.Start, next));
                case PatternNode.End:
                    return Append(new(InstructionKind.End, next));
                case PatternNode.NotBehind behind:
                    return Append(new(InstructionKind.NotBehind, next, Set: behind.Set));
                case PatternNode.Sequence sequence:
                    for (var at = sequence.Nodes.Count - 1; at >= 0; at--)
                        next = Emit(sequence.Nodes[at], next);
                    return next;
                case PatternNode.Choice choice:
                    var start = Emit(choice.Nodes[^1], next);
                    for (var at = choice.Nodes.Count - 2; at >= 0; at--)
                        start = Append(new(InstructionKind.Split, Emit(choice.Nodes[at], next), start));
                    return start;
                default:
                    return Emit((PatternNode.Repeat)node, next);
            }
        }

        private int Emit(PatternNode.Repeat repeat, int next)
        {
            var start = next;
            if (repeat.Maximum < 0)
            {
                start = Append(new(InstructionKind.Split, -1, next));
                instructions[start] = new(InstructionKind.Split, Emit(repeat.Node, start), next);
            }
            for (var more = repeat.Maximum - repeat.Minimum; more > 0; more--)
                start = Append(new(InstructionKind.Split, Emit(repeat.Node, start), next));
            for (var least = 0; least < repeat.Minimum; least++)
                start = Emit(repeat.Node, start);
            return start;
        }
    }
}
