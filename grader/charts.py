"""Traces over the steps of a training run, and matrices as heat maps, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grader.describing import Index, largest_difference, short, summary
from grader.messages import HeatMap, Language, Text, Trace
from grader.svg import Canvas, number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460.0, 250.0, 58.0, 14.0, 44.0, 40.0  # fits a phone
MOST_POINTS = 240
DIGIT = 8.0  # the width of a digit
SMALLEST_WRITTEN = 44  # cells smaller than that stay without words
HUGE = 1e200  # beyond it, differences of values overflow
YOURS, REFERENCE = Text("yours", "你的"), Text("reference", "参考")
STEP, LOGARITHMIC = Text("step", "步"), Text("logarithmic scale", "对数刻度")
CALL = Text("call", "调用")
FIRST_WRONG = Text("first wrong: step {}", "首次出错：第 {} 步")
PANELS = (Text("yours", "你的"), Text("expected", "应为"), Text("yours − expected", "你的 − 应有"))


@dataclass(frozen=True)
class Scale:
    """From step and value to the plane; `logarithmic` where positive values span decades."""

    steps: int
    low: float
    high: float
    logarithmic: bool

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / max(self.steps - 1, 1)

    def y(self, value: float) -> float:
        span = self._place(self.high) - self._place(self.low)
        share = (self._place(value) - self._place(self.low)) / span if span else 0.5
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(max(share, -0.02), 1.02)

    def _place(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.logarithmic else value

    def ticks(self) -> list[float]:
        """Three to six round values within the scale."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**k for k in range(first, last + 1, max((last - first) // 4, 1))]
        rough = (self.high - self.low) / 4
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough)
        return [k * step for k in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def draw_trace(trace: Trace, language: Language) -> str:
    """The student's line solid with dots, the reference dashed with rings, the first wrong step marked."""
    scale = _scale(trace)
    canvas = Canvas(WIDTH, HEIGHT, trace.title(language), summary(trace)(language))
    _axes(canvas, scale, language, trace.unit)
    _curve(canvas, scale, trace.expected, "reference", "ring", 5.0)
    _curve(canvas, scale, trace.got, "student", "dot", 2.6)
    _legend(canvas, language)
    if trace.first_wrong is not None:
        _mark(canvas, scale, trace, trace.first_wrong, language)
    return canvas.text()


def _scale(trace: Trace) -> Scale:
    """The reference decides; the student's values may widen it threefold, beyond that they leave the picture."""
    if trace.unit:  # nothing is judged, so nothing may be cut off; a time is read from zero
        return Scale(len(trace.expected), 0.0, max(*trace.got, *trace.expected, 1e-6), logarithmic=False)
    expected = [min(max(value, -HUGE), HUGE) for value in trace.expected if math.isfinite(value)] or [0.0]
    low, high = min(expected), max(expected)
    reach = max(high - low, abs(high) * 0.1, 1e-12)
    got = [min(max(value, low - reach), high + reach) for value in trace.got if math.isfinite(value)]
    logarithmic = low > 0 and high / low > 1000 and all(value > 0 for value in got)
    low, high = min([low, *got]), max([high, *got])
    if not logarithmic and high - low < 1e-12 * max(abs(high), 1.0):
        room = max(abs(high) * 0.1, 0.5)
        low, high = low - room, high + room
    return Scale(len(trace.expected), low, high, logarithmic)


def _axes(canvas: Canvas, scale: Scale, language: Language, unit: str) -> None:
    for value in scale.ticks():
        y = scale.y(value)
        canvas.add("path", "grid", d=f"M{number(LEFT)} {number(y)} H{number(WIDTH - RIGHT)}")
        canvas.write(short(value, 4), LEFT - 8, y + 4, "faint", anchor="end")
    base = HEIGHT - BOTTOM
    canvas.add("path", "axis", d=f"M{number(LEFT)} {number(TOP - 6)} V{number(base)} H{number(WIDTH - RIGHT)}")
    for step in range(0, scale.steps, _apart(scale.steps)):
        canvas.write(str(step), scale.x(step), base + 17, "faint", anchor="middle")
    canvas.write((CALL if unit else STEP)(language), WIDTH - RIGHT, HEIGHT - 6, "faint", anchor="end")
    if unit:
        canvas.write(unit, LEFT, HEIGHT - 6, "faint")
    if scale.logarithmic:
        canvas.write(LOGARITHMIC(language), LEFT, HEIGHT - 6, "faint")


def _apart(steps: int) -> int:
    """The round number of steps between two ticks, nine of them at most."""
    unit: int = 10 ** max(len(str(steps)) - 2, 0)
    return next(unit * k for k in (1, 2, 5, 10, 20) if unit * k * 8 >= steps - 1)


def _curve(canvas: Canvas, scale: Scale, values: tuple[float, ...], kind: str, marker: str, size: float) -> None:
    """One line; it is broken where a value is not a number."""
    apart = max(1, math.ceil(len(values) / MOST_POINTS))
    path, pen = "", "M"
    for step in range(0, len(values), apart):
        if not math.isfinite(values[step]):
            pen = "M"
            continue
        x, y = scale.x(step), scale.y(values[step])
        path += f"{pen}{number(x)} {number(y)} "
        pen = "L"
        if len(values) <= 30:
            canvas.add("circle", marker, cx=x, cy=y, r=size, hover=f"{step}: {short(values[step])}")
    if path:
        canvas.add("path", kind, d=path.strip())


def _legend(canvas: Canvas, language: Language) -> None:
    canvas.add("path", "student", d=f"M{number(LEFT + 8)} 17 h34")
    canvas.add("circle", "dot", cx=LEFT + 25, cy=17, r=2.6)
    canvas.write(YOURS(language), LEFT + 50, 22)
    canvas.add("path", "reference", d=f"M{number(LEFT + 118)} 17 h34")
    canvas.add("circle", "ring", cx=LEFT + 135, cy=17, r=5)
    canvas.write(REFERENCE(language), LEFT + 160, 22)


def _mark(canvas: Canvas, scale: Scale, trace: Trace, step: int, language: Language) -> None:
    x = scale.x(step)
    canvas.add("path", "mark", d=f"M{number(x)} {number(TOP - 8)} V{number(HEIGHT - BOTTOM)}")
    if math.isfinite(trace.got[step]):
        canvas.add("circle", "circle", cx=x, cy=scale.y(trace.got[step]), r=8)
    words = "✗ " + FIRST_WRONG(language).format(step)
    right = x > WIDTH * 0.6
    canvas.write(words, x - 8 if right else x + 8, TOP + 4, "wrong", anchor="end" if right else "start")


# Heat maps --------------------------------------------------------------------------------------


def draw_heat_maps(picture: HeatMap, language: Language) -> Iterator[tuple[str, str]]:
    """(caption, SVG) of the student's matrix, of the expected one, and of their difference."""
    worst = largest_difference(picture)
    largest = _largest(picture.expected) or _largest(picture.got)
    gaps = tuple(
        tuple(_gap(g, e, largest) for g, e in zip(*rows, strict=True))
        for rows in zip(picture.got, picture.expected, strict=True)
    )
    for words, matrix in zip(PANELS, (picture.got, picture.expected, gaps), strict=True):
        reach = _largest(gaps) if matrix is gaps else largest
        caption = f"{picture.title(language)} {words(language)}".strip()
        mark = None if matrix is picture.expected else worst
        yield caption, _panel(matrix, reach, mark, caption, summary(picture)(language))


def _gap(got: float, expected: float, size: float) -> float:
    """The gap between the two, where that is more than rounding."""
    gap = got - expected
    return 0.0 if got == expected or abs(gap) < 1e-9 * size else gap


def _largest(matrix: tuple[tuple[float, ...], ...]) -> float:
    return max((abs(value) for row in matrix for value in row if math.isfinite(value)), default=0.0)


def _panel(matrix: tuple[tuple[float, ...], ...], reach: float, worst: Index | None, caption: str, words: str) -> str:
    """Squares: warm above 0, cool below, fuller the larger; numbers written in where there is room."""
    rows, columns = len(matrix), len(matrix[0]) if matrix else 0
    side = min(64.0, 272.0 / max(columns, 1))
    canvas = Canvas(24 + side * columns + 4, 22 + side * rows + 4, caption, words)
    for j in range(0, columns, max(1, columns // 8)):
        canvas.write(str(j), 24 + side * (j + 0.5), 14, "faint", anchor="middle")
    for i in range(0, rows, max(1, rows // 8)):
        canvas.write(str(i), 18, 22 + side * (i + 0.5) + 4, "faint", anchor="end")
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            _cell(canvas, (24 + side * j, 22 + side * i), side, value, reach, f"[{i}, {j}] {short(value)}")
    if worst:
        x, y = 24 + side * worst[1], 22 + side * worst[0]
        canvas.add("rect", "circle", x=x + 1, y=y + 1, width=side - 2, height=side - 2, rx=2)
    return canvas.text()


def _cell(canvas: Canvas, corner: tuple[float, float], side: float, value: float, reach: float, hover: str) -> None:
    x, y = corner
    finite = math.isfinite(value)
    kind = ("high" if value >= 0 else "low") if finite else "odd"
    opacity = min(abs(value) / reach, 1.0) * 0.75 if finite and reach else 0.0 if finite else 0.5
    canvas.add("rect", kind, x=x, y=y, width=side, height=side, fill_opacity=opacity)
    canvas.add("rect", "cell", x=x, y=y, width=side, height=side, hover=hover)
    words = _fitting(value, side)
    if words:
        canvas.write(words, x + side / 2, y + side / 2 + 5, "value", anchor="middle")


def _fitting(value: float, side: float) -> str:
    """As many of three digits as there is room for; empty where there is none."""
    if side < SMALLEST_WRITTEN:
        return ""
    candidates = [short(value, 3), short(value, 2), short(value, 1), _power(value)]
    return next((words for words in candidates if len(words) * DIGIT <= side - 4), "")


def _power(value: float) -> str:
    """One digit and a power of ten: −4e−4."""
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent or 0)}".replace("-", "−") if math.isfinite(value) else ""
