"""A call as one short line of Python, so that it can be pasted: for checks whose inputs students may see."""

from __future__ import annotations

from grader.calls import Call, Name, Value

LONGEST = 100


def call_line(call: Call) -> str:
    """The call in at most 100 characters: as it is, else rounded, else with arrays by their shapes, else cut."""
    lines = (_line(call, digits, shapes=shapes) for digits, shapes in ((17, False), (4, False), (4, True)))
    line = next((line for line in lines if len(line) <= LONGEST), None) or _line(call, 4, shapes=True)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2]}…)"


def _line(call: Call, digits: int, *, shapes: bool) -> str:
    return f"{call.function}({', '.join(_written(argument, digits, shapes=shapes) for argument in call.arguments)})"


def _written(value: Value, digits: int, *, shapes: bool) -> str:
    if isinstance(value, Name):
        return value.name
    shape = getattr(value, "shape", ())
    if shape:
        numbers = _written(value.tolist(), digits, shapes=False)
        return f"array of shape {tuple(shape)}" if shapes else f"np.array({numbers})"
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, float):
        return repr(float(f"{value:.{digits}g}"))
    if isinstance(value, tuple | list):
        inside = ", ".join(_written(item, digits, shapes=shapes) for item in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        items = (f"{key!r}: {_written(item, digits, shapes=shapes)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)
