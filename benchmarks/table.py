"""The table that a benchmark prints: what was measured, what was promised, and whether it is met."""

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table in Markdown, its columns aligned, so that it can be read here and in the documentation."""
    widths = [max(len(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    lines = [[*heads], ["-" * width for width in widths], *map(list, rows)]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def verdict(*comparisons: tuple[float, float]) -> str:
    """Say whether every figure stays within its target."""
    return "yes" if all(figure <= target for figure, target in comparisons) else "NO"
