"""The words around a report, in both languages."""

from __future__ import annotations

from grader.messages import Finding, Language, Text, Thought

Passed = bool | None  # of a check: None where it was not run

POINTS = Text("{points} of {out_of} points", "{points} 分（满分 {out_of} 分）")
OUT_OF = Text("of {out_of} points", "分（满分 {out_of} 分）")
PASSED, FAILED, NOT_RUN = Text("passed", "通过"), Text("not passed", "未通过"), Text("not run", "未运行")
ALL_PASSED = Text("All checks passed.", "全部检查通过。")
THOUGHT = Text("Which thought went wrong", "错在哪一步思路")
NOT_ALLOWED = Text("A way that this exercise does not allow", "本题不允许的做法")
BROKEN_LAW = Text("A law that every right answer obeys, and yours does not", "正确答案都满足、而你的答案不满足的规律")
TROUBLE = Text("The file could not be run", "文件无法运行")
WHERE = Text("Where", "在哪里")
PICTURES = Text("What it looks like", "图示")
MORE_PICTURES = Text("More pictures, in which nothing is wrong", "更多图示（其中没有错误）")
FIRST_WRONG = Text("first wrong", "首次出错")
CHECKS = Text("Checks", "检查")
REMARKS = Text("Remarks (they cost no points)", "附注（不扣分）")
CODE = Text("Your code", "你的代码")
OUTPUT = Text("What the program printed", "程序的输出")
ERRORS = Text("What it wrote to stderr", "标准错误输出")
MORE_LINES = Text("… {count} more lines", "……还有 {count} 行")
DROPPED = Text("… {count} bytes more were not kept", "……另有 {count} 字节未保留")
SEED = Text("seed", "种子")
EDITION = Text("edition", "版本")
TIME = Text("{wall} in the box, {cpu} of processor time", "沙箱内 {wall}，处理器时间 {cpu}")
CELL = Text("code cell {number}", "代码单元 {number}")
INPUTS = Text("inputs", "输入")
YOURS, EXPECTED = Text("yours", "你的"), Text("expected", "应为")
STEP = Text("step", "步")


def amount(points: float) -> str:
    """Points without a decimal point where they are whole."""
    return f"{points:g}"


def about(thoughts: tuple[Thought, ...]) -> Text:
    """The title of what is said on thoughts: a forbidden way is no wrong thought."""
    return NOT_ALLOWED if {thought.code for thought in thoughts} <= {"M44", "M45"} else THOUGHT


def codes(thoughts: tuple[Thought, ...]) -> str:
    """The codes of the misconceptions, each once."""
    return ", ".join(dict.fromkeys(thought.code for thought in thoughts))


def score(points: float, out_of: float, language: Language) -> str:
    """How much, in words."""
    return POINTS(language).format(points=amount(points), out_of=amount(out_of))


def verdict(passed: Passed) -> tuple[str, str, Text]:
    """(class, shape, word) of a verdict: never colour alone."""
    if passed is None:
        return "not-run", "○", NOT_RUN
    return ("passed", "✓", PASSED) if passed else ("failed", "✗", FAILED)


def duration(seconds: float) -> str:
    """Milliseconds below a second."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def titled(finding: Finding) -> Text:
    """The title of a check, with its device where that is not the CPU."""
    mark = "" if finding.device == "cpu" else f" · {finding.device.upper()}"
    return Text(finding.title.en + mark, finding.title.zh + mark) if mark else finding.title
