"""`grader new-exercise`: a skeleton that reads like a sheet, with blanks to fill; and which blanks are left."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from pathlib import Path

import click

from cli import assembly, words
from cli.exercises import EXISTS
from cli.options import language, usage
from grader.messages import Language, Text
from grader.parts import name_of

BLANK = "___"
DIRECTORY = click.Path(path_type=Path, file_okay=False)
NO_NAME = Text(
    "{name} cannot be the name of a module: use small letters, digits and _, as in batch_norm.",
    "{name} 不能作模块名：请用小写字母、数字和下划线，例如 batch_norm。",
)
FILL = Text(
    "Fill in what is marked ___, then: {grader} verify {directory}",
    "把标有 ___ 的地方填好，再运行：{grader} verify {directory}",
)

MODULE = r'''r"""# ___(title: what is derived, in a few words)___

___(What is given and what is asked: the function as a formula, and every argument and result with its shape.)___

Write `NAME_backward(___, upstream)`, which returns `(___)`, where `upstream` is $\partial L/\partial y$.
Derive the gradients by hand. Automatic differentiation and finite differences are refused: deriving is the exercise.

**Worked example.** ___(Numbers that tell right from wrong: not whole, not 0 or 1, of both signs.)___

**Points** (___(sum)___). 1 for the worked example; ___.
"""

import torch

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=99, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("___",))  # the names of the parts of the answer; () where it is a single value
def NAME_backward(___, upstream):
    """___"""
    raise NotImplementedError


@exercise.reference(NAME_backward)
def by_autograd(___, upstream):
    # The function as it is, then the arguments in which it is differentiated: autograd does the rest, in float64.
    return gradients(lambda ___: ___, ___, upstream=upstream)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield NAME_backward(___)  # numbers, torch.tensor([…]), or what draw.number() and draw.tensor(4, 3) give
    yield NAME_backward(___)  # a second call, so that a memorised answer earns nothing


@exercise.check(points=2, part="___")  # one check for each part: copy this
def ___(draw):
    r"""___: ___"""
    yield from (NAME_backward(___) for _ in range(3))


@exercise.law(NAME_backward)
def ___(___, upstream, answer):
    r"""___(A property of every right answer, in words and as a formula.)___"""
    return ___


@exercise.misconception("M___", NAME_backward)  # a known wrong program; copy this for each
def ___(___, upstream):
    r"""___(A question that leads to the thought, and not to the answer?)___"""
    return ___
'''

CHINESE = """statement = '''
# ___（标题：几个字说明求什么导数）___

___（已知什么、求什么：写出函数的公式，每个参数和结果的形状，对什么求和。）___

请编写 `NAME_backward(___, upstream)`，返回 `(___)`，其中 `upstream` 是 $\\partial L/\\partial y$。各个梯度要手工推导。
本题不接受自动微分和有限差分：推导本身就是练习。

**例题。** ___（选能分清对错的数：不取整数，不取 0 和 1，有正有负。）___

**分值**（共 ___ 分）。例题 1 分；___。
'''

[checks]
worked_example = '与手算的例题一致'
___ = '___'

[laws]
___ = '___'

[misconceptions]
___ = '___'
"""


@click.command("new-exercise")
@click.argument("name")
@click.option(
    "--to", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=".", help="Where. [default: here]"
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@language
def new_exercise(name: str, to: Path, force: bool, language: Language) -> None:
    """Write the skeleton of an exercise: DIR/NAME.py, and its translation DIR/zh/NAME.toml."""
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        usage(_with(NO_NAME, name=name), language)
    texts = {to / f"{name}.py": MODULE, to / "zh" / f"{name}.toml": CHINESE}
    for path in texts:
        if path.exists() and not force:
            usage(_with(EXISTS, path=path), language)
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("NAME", name), encoding="utf-8")
        except OSError as error:
            raise click.FileError(str(path), error.strerror or str(error)) from error
        click.echo(words.WRITTEN(language).format(path=path))
    click.echo(FILL(language).format(grader=assembly.command_name(), directory=to))


def _with(text: Text, **values: object) -> Text:
    return Text(text.en.format(**values), text.zh.format(**values))


def blanks(module: Path) -> Iterator[tuple[str, str]]:
    """What of the skeleton is still to be filled in: (file:line, the line), in the module and its translation."""
    for path in (module, module.parent / "zh" / f"{name_of(module)}.toml"):
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        for number, line in enumerate(lines, start=1):
            if BLANK in line:
                yield f"{path.name}:{number}", line.strip()
