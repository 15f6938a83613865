"""What an exception says, in both languages, and what to do about those that beginners meet most."""

from __future__ import annotations

import ast
import re

from grader.messages import Text
from grader.parsing import parse
from grader.python_words import meaning
from grader.reading import Entry

NOT_WRITTEN = Text("not written yet", "还没有写")
ADVICE = {
    r"NameError: name 'np' ": Text("“import numpy as np” is missing", "缺少 import numpy as np"),
    r"NameError: name 'torch' ": Text("“import torch” is missing", "缺少 import torch"),
    r"TypeError: .*(for \^=?: |'bitwise_xor')": Text("a power is written ** in Python", "在 Python 里，乘方写作 **"),
    r"EOFError: |RuntimeError: input\(\)": Text(
        "nobody types anything here: remove input()", "这里没有人输入：请去掉 input()"
    ),
}
SIGNATURE = re.compile(r"TypeError: (\w+)(?:\.__init__)?\(\) (?:takes|missing|got)\b")


def raised(text: str, starters: tuple[Entry, ...] = ()) -> Text:
    """What a program raised, `Kind: message`, with advice where it is known; `starters` say how it is called."""
    if text.startswith("NotImplementedError"):
        return NOT_WRITTEN
    advice = next((words for pattern, words in ADVICE.items() if re.match(pattern, text)), None)
    said = [words for words in (None if advice else meaning(text), advice or _signature(text, starters)) if words]
    return Text(
        "; ".join([f"it raised {text}", *(words.en for words in said if words.en)]),
        "；".join([f"抛出了异常 {text}", *(words.zh for words in said)]),
    )


def _signature(text: str, starters: tuple[Entry, ...]) -> Text | None:
    """How the exercise calls what was called with the wrong number of arguments."""
    found = SIGNATURE.match(text)
    entry = next((entry for entry in starters if found and entry.name == found[1]), None)
    if not entry:
        return None
    called = f"{entry.name}({', '.join(_parameters(entry.source))})"
    return Text(f"the exercise calls {called}", f"本题的调用方式是 {called}")


def _parameters(source: str) -> list[str]:
    """The parameters of a function, or of a class's __init__, without `self`."""
    definition = parse(source).body[0]
    inner = definition.body if isinstance(definition, ast.ClassDef) else [definition]
    functions = [part for part in inner if isinstance(part, ast.FunctionDef)]
    function = next((f for f in functions if f.name == "__init__" or f is definition), None)
    names = [argument.arg for argument in function.args.args] if function else []
    return [name for name in names if name != "self"]
