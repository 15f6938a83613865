"""Chinese in Markdown, whose rules were made for languages with spaces."""

from __future__ import annotations

import re

LETTERS = "\u3000-\u9fff\uff00-\uffef"
STOPS = "，。；：、（）！？"  # as wide as a letter: no space follows
BLOCK = r"\s|[*+#-]+ |\d+[.)] |```|\||\$\$"  # how a line begins that belongs to no paragraph
FENCED = re.compile(r"(^```.*?^``` *$)", re.MULTILINE | re.DOTALL)


def joined(text: str) -> str:
    """Chinese has no spaces, which Markdown would put for line ends, and needs which to see where bold ends.

    Code between fences stays as it is.
    """
    parts = FENCED.split(text)
    return "".join(part if number % 2 else _joined(part) for number, part in enumerate(parts))


def _joined(text: str) -> str:
    text = re.sub(rf"(?<=[{LETTERS}]) *\n *(?=[{LETTERS}])", "", text)
    text = re.sub(rf"(?<=[{STOPS}]) *\n *(?!{BLOCK})", "", text)
    text = re.sub(rf"(?<=[{STOPS}])(\*\*)? +(?=\S)", r"\1", text)
    return re.sub(r"\*\*([^*\n]+?)([：。，；！？])\*\*(?=\S)", r"**\1**\2", text)
