"""performance.svg from results.json: messages a second against lanes, one line for each round trip.

    bench/plot.py results.json > performance.svg
"""

import json
import math
import pathlib
import sys

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 110, 48, 56
# Told apart by colour-blind eyes and on paper (Okabe and Ito); the shape of the marks says it once more.
STYLES = (("#0072B2", "circle"), ("#D55E00", "square"), ("#009E73", "triangle"), ("#CC79A7", "diamond"))


def rates(lanes):
    """An SVG document."""
    measured = [one for one in lanes if "error" not in one]
    delays = sorted({one["delay_ms"] for one in measured})
    counts = sorted({one["lanes"] for one in measured})
    top = _round_up(max(one["messages_per_second"] for one in measured))
    parts = [_frame(counts, top)]
    labels = []
    for (colour, shape), delay in zip(STYLES, delays):
        points = sorted((one["lanes"], one["messages_per_second"]) for one in measured if one["delay_ms"] == delay)
        places = [(_across(lane, counts), _up(rate, top)) for lane, rate in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_mark(shape, x, y, colour) for x, y in places]
        labels.append((places[-1][1], f"{delay} ms", colour))
    parts += _labels(labels)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
            f' font-size="13" role="img" aria-label="messages a second against lanes">\n'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n")


def _across(lane, counts):
    span = math.log2(counts[-1] / counts[0]) or 1
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log2(lane / counts[0]) / span


def _up(rate, top):
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * rate / top


def _round_up(value):
    """To one of 1, 2, 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power)


def _text(x, y, words, anchor="middle", colour="#333", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{more}>{words}</text>'


def _frame(counts, top):
    lines = [_text(LEFT, 26, "moretta: messages a second, by lanes and round trip to the queue", "start",
                   "#000", ' font-size="15"')]
    for step in range(6):
        rate = top * step / 5
        y = _up(rate, top)
        lines.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(_text(LEFT - 8, y + 4, f"{rate:,.0f}".replace(",", " "), "end"))
    for count in counts:
        lines.append(_text(_across(count, counts), HEIGHT - BOTTOM + 20, str(count)))
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "lanes"))
    return "\n".join(lines)


def _mark(shape, x, y, colour):
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    corners = {"square": [(-4, -4), (4, -4), (4, 4), (-4, 4)], "triangle": [(0, -5), (5, 4), (-5, 4)],
               "diamond": [(0, -6), (5, 0), (0, 6), (-5, 0)]}[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


def _labels(labels):
    """At the ends of the lines, moved apart where they would overlap."""
    placed, lowest = [], -math.inf
    for y, words, colour in sorted(labels):
        lowest = max(y, lowest + 16)
        placed.append(_text(WIDTH - RIGHT + 12, lowest + 4, words, "start", colour))
    return placed


if __name__ == "__main__":
    sys.stdout.write(rates(json.loads(pathlib.Path(sys.argv[1]).read_text())["lanes"]))
