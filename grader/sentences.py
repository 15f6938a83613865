"""Every sentence of the judge's own to students, in both languages, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.calls import Failed, File, Mention, Note
from grader.messages import Remark, Text, Thought

if TYPE_CHECKING:
    from grader.answers import Answer
    from grader.exercise import Exercise

NO_GPU = Text("not run: no GPU here; it costs nothing", "未运行：此处没有 GPU；不扣分")

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
        "答案处处接近、却处处不精确：这是有限差分的指纹。本题要求推导：公式是怎么写的？",
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


def autograd_at(mention: Mention) -> Thought:
    """M45 with the place where the source says so."""
    where_en = f" ({mention.file}, line {mention.line}: {mention.name})"
    where_zh = f"（{mention.file} 第 {mention.line} 行：{mention.name}）"
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


def difference(wrong: Answer, answers: list[Answer]) -> Text:
    """The difference of the first wrong call, and how many calls of the check are wrong."""
    text = wrong.difference.text if wrong.difference else Text("", "")
    count = sum(answer.difference is not None for answer in answers)
    if all(answer.difference and answer.difference.text == text for answer in answers):
        return text
    which = next(place for place, answer in enumerate(answers, 1) if answer is wrong)
    return Text(
        f"input {which} of {len(answers)}: {text.en}" + (f" ({count} inputs are wrong)" if count > 1 else ""),
        f"第 {which} 组输入（共 {len(answers)} 组）：{text.zh}" + (f"（{count} 组有误）" if count > 1 else ""),
    )


def place(line: int, file: str, files: tuple[File, ...]) -> Text:
    """A line as its author knows it: in a notebook by its code cell."""
    cells = next((known.cells for known in files if known.name == file and known.cells), ())
    number = sum(start <= line for start in cells)
    if not number:
        return Text(f"line {line}", f"第 {line} 行")
    within = line - cells[number - 1] + 1
    return Text(f"code cell {number}, line {within}", f"第 {number} 个代码单元第 {within} 行")


def failure(failed: Failed, files: tuple[File, ...] = ()) -> Text:
    """Why a call gave no value."""
    where = place(failed.line, failed.file, files) if failed.line else None
    where_en, where_zh = (f" ({where.en})", f"（{where.zh}）") if where else ("", "")
    text = failed.text
    if failed.reason == "raised" and text.startswith("NotImplementedError"):
        return Text(f"not written yet{where_en}", f"还没有写{where_zh}")
    return {
        "raised": Text(f"it raised {text}{where_en}", f"抛出了异常 {text}{where_zh}"),
        "missing": _missing(text, where),
        "unsendable": Text(f"it returned {text}, expected numbers", f"返回了 {text}，应为数值"),
        "forbidden": Text(f"it used {text}, which is not allowed here{where_en}", f"使用了不允许的 {text}{where_zh}"),
        "timeout": Text(f"stopped: over the time limit {text}".rstrip(), f"已停止：超过时间限制 {text}".rstrip()),
        "memory": Text(f"stopped: over the memory limit {text}".rstrip(), f"已停止：超过内存限制 {text}".rstrip()),
        "crashed": Text(
            f"the program ended before it answered {text}".rstrip(), f"程序在给出答案之前就结束了 {text}".rstrip()
        ),
        "garbled": Text("what came back was not an answer", "返回的内容不是答案"),
        "not reached": Text("not reached: the program had ended before", "没有运行到：程序在此之前已经结束"),
    }[failed.reason]


def trouble(failed: Failed, needs: tuple[str, ...], files: tuple[File, ...] = ()) -> Remark:
    """Why the files could not be loaded, with the place and what to do."""
    names = ", ".join(needs)
    text = failed.text
    where = place(failed.line, failed.file, files) if failed.line else None
    place_en = f"{failed.file}, {where.en}: " if where else (f"{failed.file}: " if failed.file else "")
    place_zh = f"{failed.file} {where.zh}：" if where else (f"{failed.file}：" if failed.file else "")
    kind, _, rest = text.partition(": ")
    known = {
        "syntax": Text(f"Python cannot read this: {rest}", f"Python 无法读懂这一行：{rest}"),
        "python 2 print": Text(
            "this is the print of Python 2; write print(…)", "这是 Python 2 的 print；请写成 print(…)"
        ),
        "no module": Text(
            f"{rest} is not available in the grader; numpy and the standard library are",
            f"评分环境里没有 {rest}；可以使用 numpy 和标准库",
        ),
        "nothing": Text(f"the file has no code; it should define {names}", f"文件里没有代码；它应当定义 {names}"),
        "too nested": Text("this is nested too deeply to be read", "嵌套太深，无法读取"),
        "no function": Text(f"{rest or names} is not defined", f"没有定义 {rest or names}"),
    }
    if failed.reason in {"missing", "raised"} and kind in known:
        words = known[kind]
    elif failed.reason == "missing":
        return Remark("missing", _missing(text, where), failed.file, failed.line)
    else:
        words = failure(failed)
    return Remark(
        kind if kind in known else failed.reason,
        Text(place_en + words.en, place_zh + words.zh),
        failed.file,
        failed.line,
    )


def _missing(text: str, where: Text | None) -> Text:
    """`wanted~near` where the file has a name, at this place, that is nearly the wanted one."""
    wanted, _, near = text.partition("~")
    if near and where:
        return Text(
            f"{wanted} is not defined. On {where.en} there is {near}: did you mean that? Then rename it",
            f"没有定义 {wanted}。{where.zh}有 {near}：你指的是它吗？如果是，请改名",
        )
    return Text(f"{wanted} is not defined in the file", f"文件里没有定义 {wanted}")


def notes(found: tuple[Note, ...]) -> Iterator[Remark]:
    """What happened while the files were loaded, in words: each thing once."""
    skipped = [note for note in found if note.code == "skipped"]
    for note in found:
        subject = note.subject
        if note in skipped[1:]:
            continue
        more = len(skipped) - 1
        texts = {
            "skipped": Text(
                f"The top-level code here ({subject})"
                + (f" and in {more} more places" if more else "")
                + " was not run: the functions do not need it.",
                f"这里的顶层代码（{subject}）" + (f"以及另外 {more} 处" if more else "") + "没有运行：函数用不到它。",
            ),
            "ran-loop": Text(
                f"The top-level code here ({subject}) was run once under the limits, because the functions need it.",
                f"这里的顶层代码（{subject}）在限制之内运行了一次，因为函数用到了它。",
            ),
            "magic": Text(
                f"The line “{subject}” was left out: it is no Python.", f"这一行“{subject}”已略去：它不是 Python。"
            ),
            "stub": Text(
                f"{subject} is not here: plots are not drawn, and do not matter.",
                f"这里没有 {subject}：图不会画出来，也不影响评分。",
            ),
            "encoding": Text(
                f"The file is encoded in {subject}; UTF-8 is safer.", f"文件编码是 {subject}；用 UTF-8 更稳妥。"
            ),
            "no-cgroup": Text(
                "Here no cgroup could be had: limits were held by rlimits and a watcher.",
                "此处无法使用 cgroup：限制由 rlimit 和监视进程执行。",
            ),
        }
        if note.code in texts:
            yield Remark(note.code, texts[note.code], note.file, note.line)
