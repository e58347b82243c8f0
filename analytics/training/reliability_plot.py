"""The reliability plot of the model card as SVG: mean score against the share that faces, at several shares of facing."""

from pathlib import Path

SIZE, MARGIN = 360, 48
COLOURS = {"0.3": "#8a5a00", "0.5": "#1f4e9c", "0.8": "#2c6e49"}
DASHES = {"0.3": "2 3", "0.5": "", "0.8": "7 3"}


def write_plot(path: Path, reliability: dict[str, list[dict]]) -> None:
    path.write_text(plot(reliability))


def plot(reliability: dict[str, list[dict]]) -> str:
    """`reliability` has the bins of figures.reliability for each share of facing."""
    def x(value: float) -> float:
        return round(MARGIN + value * SIZE, 1)

    def y(value: float) -> float:
        return round(16 + (1 - value) * SIZE, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE + MARGIN + 24} {SIZE + 76}" font-family="sans-serif" font-size="12">',
        "<title>Reliability: mean score against the share of windows that face, at three shares of facing</title>",
        f'<rect width="100%" height="100%" fill="#fff"/><path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="1 4"/>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<path d="M{x(tick)} {y(0)}V{y(1)}M{x(0)} {y(tick)}H{x(1)}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x(tick)}" y="{y(0) + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{x(0) - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    for number, (share, bins) in enumerate(reliability.items()):
        line = " ".join(f"{x(row['meanScore'])},{y(row['facing'])}" for row in bins)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[share]}" stroke-width="2" stroke-dasharray="{DASHES[share]}"/>')
        parts += [f'<circle cx="{x(row["meanScore"])}" cy="{y(row["facing"])}" r="3" fill="{COLOURS[share]}"/>' for row in bins]
        label = f"{float(share) * 100:.0f} % facing"
        parts.append(f'<text x="{x(0) + 12}" y="{y(1) + 18 + 16 * number}" fill="{COLOURS[share]}">{label}</text>')
    parts.append(f'<text x="{x(0.5)}" y="{y(0) + 40}" text-anchor="middle">mean score</text>')
    parts.append(f'<text x="14" y="{y(0.5)}" text-anchor="middle" transform="rotate(-90 14 {y(0.5)})">share that faces</text></svg>')
    return "\n".join(parts) + "\n"
