"""Every sentence of the judge's own to students, in both languages, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.advice import raised
from grader.calling import call_line
from grader.calls import Failed, File, Mention
from grader.messages import Remark, Text, Thought
from grader.python_words import syntax

if TYPE_CHECKING:
    from grader.answers import Answer
    from grader.exercise import Exercise
    from grader.reading import Entry

NO_GPU = Text("not run: no GPU here; it costs nothing", "未运行：此处没有 GPU；不扣分")

GPU_LOST = Remark(
    "gpu-lost",
    Text(
        "The GPU here is out of order, which is our fault: the checks for it were not run, and cost nothing.",
        "这里的 GPU 出了故障，这是我们的问题：与它有关的检查没有运行，也不扣分。",
    ),
)

FLOAT32 = Remark(
    "float32",
    Text(
        "Your answers carry float32 precision (7 digits); this exercise asks for float64 (16 digits), and its inputs "
        "are float64. Where were they converted?",
        "你的答案只有 float32 精度（7 位数字）；本题要求 float64（16 位数字），输入也是 float64。是在哪里被转换的？",
    ),
)

IGNORES_ARGUMENTS = Thought(
    "M26",
    "ignores_arguments",
    Text(
        "The answer is the same whatever the arguments are. Does the function use its parameters, "
        "or variables from outside, or numbers of the example?",
        "无论参数是什么，答案都一样。函数用的是自己的参数，还是外面的变量，或者例题里的数字？",
    ),
)

FINITE_DIFFERENCES = Thought(
    "M44",
    "finite_differences",
    Text(
        "The answers are nearly right everywhere and exactly right nowhere: the fingerprint of finite differences. "
        "This exercise asks for the derivation; what does the formula say?",
        "答案处处接近、却处处不精确：这是有限差分的典型特征。本题要求推导：公式是怎么写的？",
    ),
)

AUTOGRAD = Thought(
    "M45",
    "autograd",
    Text(
        "This exercise asks for a derivation by hand, and the file lets automatic differentiation do it. "
        "Write down the local derivative of every step instead.",
        "本题要求手工推导，而文件把求导交给了自动微分。请写出每一步的局部导数。",
    ),
)


def autograd_at(mention: Mention, files: tuple[File, ...] = ()) -> Thought:
    """M45 with the place where the source says so."""
    if not mention.line:
        return AUTOGRAD
    file, where = quoted(mention.file), place(mention.line, mention.file, files)
    where_en = f" ({file}, {where.en}: {quoted(mention.name)})"
    where_zh = f"（{file} {where.zh}：{quoted(mention.name)}）"
    return Thought("M45", "autograd", Text(AUTOGRAD.hint.en + where_en, AUTOGRAD.hint.zh + where_zh))


def argument_written(function: str, position: int) -> Remark:
    """M10: an argument, counted from 0, was changed."""
    nth = position + 1
    return Remark(
        "M10",
        Text(
            f"{function} writes into its argument number {nth}: the caller's array is changed. Work on a copy.",
            f"{function} 改写了它的第 {nth} 个参数：调用者的数组被改变了。请在副本上计算。",
        ),
    )


def refused_way(thought: Thought) -> Text:
    """What a check says whose answers were found in a forbidden way."""
    if thought.code == "M45":
        return Text("automatic differentiation is not allowed here", "此处不允许使用自动微分")
    return Text("finite differences are not allowed here", "此处不允许使用有限差分")


def blocked(exercise: Exercise, names: list[str]) -> Text:
    """Why a check was not run: the first of the checks before it that did not pass."""
    titles = [exercise.sheet.text("check", name) for name in names]
    return Text(
        f"not run: it builds on “{titles[0].en}”, which did not pass",
        f"未运行：它以“{titles[0].zh}”为前提，而那一项没有通过",
    )


def difference(wrong: Answer, answers: list[Answer], function: str = "") -> Text:
    """The difference of the first wrong call, which is shown where it is public, and how many calls are wrong.

    function: of several, the one that the call is about.
    """
    text = wrong.difference.text if wrong.difference else Text("", "")
    count = sum(answer.difference is not None for answer in answers)
    everywhere = all(answer.difference and answer.difference.text == text for answer in answers)
    silent = everywhere and (isinstance(wrong.outcome, Failed) or text == refused_way(FINITE_DIFFERENCES))
    if wrong.check.public and not silent:
        text, function = Text(f"{call_line(wrong.call)}: {text.en}", f"{call_line(wrong.call)}：{text.zh}"), ""
    if everywhere:
        named = function and len({answer.call.function for answer in answers}) == 1
        return Text(f"{function}: {text.en}", f"{function}：{text.zh}") if named else text
    which = next(place for place, answer in enumerate(answers, 1) if answer is wrong)
    more = _how_many(count, len(answers))
    return Text(
        f"{function}{', ' if function else ''}input {which} of {len(answers)}: {text.en}{more.en}",
        f"{function}{' ' if function else ''}第 {which} 组输入（共 {len(answers)} 组）：{text.zh}{more.zh}",
    )


def _how_many(wrong: int, inputs: int) -> Text:
    """How many inputs are answered wrongly, where there is more than the one that is shown."""
    if wrong == 1:
        return Text("", "")
    if wrong < inputs:
        return Text(f" ({wrong} of the {inputs} inputs are wrong)", f"（其中 {wrong} 组有误）")
    return Text(
        " (both inputs are wrong)" if inputs == 2 else f" (all {inputs} inputs are wrong)", f"（{inputs} 组都有误）"
    )


def quoted(text: str) -> str:
    r"""Words that are not ours, within a Text: their dollars are written `\$` and open no formula."""
    return text.replace("$", r"\$")


def place(line: int, file: str, files: tuple[File, ...]) -> Text:
    """A line as its author knows it: in a notebook by its code cell."""
    cells = next((known.cells for known in files if known.name == file and known.cells), ())
    number = sum(start <= line for start in cells)
    if not number:
        return Text(f"line {line}", f"第 {line} 行")
    within = line - cells[number - 1] + 1
    return Text(f"code cell {number}, line {within}", f"第 {number} 个代码单元第 {within} 行")


def _spot(failed: Failed, files: tuple[File, ...], *, named: bool) -> Text | None:
    """Where it went wrong, with the file's name where that is wanted."""
    where = place(failed.line, failed.file, files) if failed.line else None
    file = quoted(failed.file) if named else ""
    if where and file:
        return Text(f"{file}, {where.en}", f"{file} {where.zh}")
    return Text(file, file) if file else where


# What the box has a word of its own for, before a colon; the sentences take what follows it.
KNOWN = {
    "syntax": Text("Python cannot read this: {rest}", "Python 无法读懂这一行：{rest}"),
    "python 2 print": Text("this is the print of Python 2; write print(…)", "这是 Python 2 的 print；请写成 print(…)"),
    "no module": Text(
        "{rest} is not available in the grader; numpy, torch and the standard library are",
        "评分环境里没有 {rest}；可以使用 numpy、torch 和标准库",
    ),
    "no module: torch": Text(
        "torch is here only where the file says “import torch”", "只有文件里写明“import torch”时才提供 torch"
    ),
    "gpu memory": Text(
        "the GPU's memory that a submission may use is full; {rest} was asked for. Is something kept for nothing?",
        "一份提交可用的 GPU 显存已经用完，还要申请 {rest}。是不是保留了不再需要的东西？",
    ),
    "nothing": Text("the file has no code; it should define {names}", "文件里没有代码；它应当定义 {names}"),
    "too many names": Text("there are too many different names to be looked at", "用到的名字太多，无法检查"),
    "too nested": Text("this is nested too deeply to be read", "嵌套太深，无法读取"),
}


def failure(failed: Failed, files: tuple[File, ...] = (), starters: tuple[Entry, ...] = ()) -> Text:
    """Why a call gave no value; `starters` tell how the exercise calls what it asks for."""
    where = _spot(failed, files, named=len(files) > 1)
    words = _known(failed) or _why(failed, where, starters)
    if not where or failed.reason not in {"raised", "forbidden"}:
        return words
    return Text(f"{words.en} ({where.en})", f"{words.zh}（{where.zh}）")


def trouble(failed: Failed, needs: tuple[str, ...], files: tuple[File, ...] = ()) -> Remark:
    """Why the files could not be loaded, with the place and what to do."""
    known = _known(failed, needs)
    code = failed.text.partition(": ")[0] if known else failed.reason
    words = known or _why(failed, _spot(failed, files, named=len(files) > 1))
    where = _spot(failed, files, named=True)
    if where and code != "missing":  # a missing name has the place in its sentence
        words = Text(f"{where.en}: {words.en}", f"{where.zh}：{words.zh}")
    return Remark(code, words, failed.file, failed.line)


def _known(failed: Failed, needs: tuple[str, ...] = ()) -> Text | None:
    """The sentence for one of the box's own words; None for what Python or a limit says."""
    kind, _, rest = failed.text.partition(": ")
    template = KNOWN.get(failed.text) or KNOWN.get(kind)
    if template is None or failed.reason not in {"missing", "raised"}:
        return None
    values = {"rest": quoted(rest), "names": ", ".join(needs)}
    plain = syntax(rest) if kind == "syntax" else None
    return Text(
        "; ".join([template.en.format(**values), *([plain.en] if plain and plain.en else [])]),
        "；".join([template.zh.format(**values), *([plain.zh] if plain else [])]),
    )


def _why(failed: Failed, where: Text | None, starters: tuple[Entry, ...] = ()) -> Text:
    text = quoted(failed.text)
    more = f" {text}".rstrip()
    return {
        "raised": raised(text, starters),
        "missing": _missing(text, where),
        "unsendable": Text(f"it returned {text}, expected numbers", f"返回了 {text}，应为数值"),
        "forbidden": Text(f"it used {text}, which is not allowed here", f"使用了不允许的 {text}"),
        "timeout": Text(f"stopped: over the time limit{more}", f"已停止：超过时间限制{more}"),
        "memory": Text(f"stopped: over the memory limit{more}", f"已停止：超过内存限制{more}"),
        "crashed": Text(f"the program ended before it answered{more}", f"程序在给出答案之前就结束了{more}"),
        "garbled": Text("what came back was not an answer", "返回的内容不是答案"),
        "not reached": Text("not reached: the program had ended before", "没有运行到：程序在此之前已经结束"),
    }[failed.reason]


def _missing(text: str, where: Text | None) -> Text:
    """`wanted~near` where the file has a name, at this place, that is nearly the wanted one."""
    wanted, _, near = text.partition("~")
    if near and where:
        return Text(
            f"{wanted} is not defined. In {where.en} there is {near}: did you mean that? Then rename it",
            f"没有定义 {wanted}。{where.zh}有 {near}：你指的是它吗？如果是，请改名",
        )
    return Text(f"{wanted} is not defined in the file", f"文件里没有定义 {wanted}")
