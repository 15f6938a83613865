"""`grader publish`: send an edition of an exercise to the service, after its laws were proved here."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

import assignments
from cli import assembly
from cli.online import words
from cli.online.asking import SERVICE, plainly, service_of, signed_in
from cli.online.client import Client, Declined
from cli.options import console, language, usage
from cli.verify import DIRECTORY, verify_one
from grader.errors import ExerciseError
from grader.messages import Language, Text
from grader.parts import name_of
from grader.reading import read_sheet

NOTHING = Text("{directory} holds no exercise.", "{directory} 里没有题目。")
WHICH = Text(
    "{directory} holds several exercises; name those to publish: --only NAME. There are: {names}.",
    "{directory} 里有多道题目；请用 --only 名称 指定要发布的题目：{names}。",
)
SHARED = Text(
    "{name} imports {shared}, which lies beside it, by a name that holds in this folder only: write "
    "`from .{shared} import …`.",
    "{name} 引用了旁边的 {shared}，但用的是只在本文件夹内有效的名称：请写成 `from .{shared} import …`。",
)
BROKEN = Text("Nothing was published: mend what is broken first.", "没有发布任何题目：请先修正上面的问题。")
PUBLISHED = Text("{name}: edition {edition} is handed out from now on (before: {before}).",
                 "{name}：现在起使用版本 {edition}（之前：{before}）。")  # fmt: skip
SAME = Text("{name}: edition {edition} is the present one already.", "{name}：版本 {edition} 已经是当前版本。")
NONE = Text("none", "无")
CLOSED = Text(
    "{service} takes no exercises with this token. It needs one of an instructor with the right to publish "
    "(`grader login`, and tick it), and GRADER_PUBLISH=1 on the service.",
    "{service} 不接受用这个令牌发布题目：需要教师的、带“发布题目”权限的令牌（`grader login` 时勾选），并且服务端设置了 "
    "GRADER_PUBLISH=1。",
)
REGRADE = Text(
    "What was handed in before keeps its grade. To see what would change: {grader} regrade FOLDER --preview",
    "之前提交的作业成绩不变。要查看会有哪些变化：{grader} regrade 文件夹 --preview",
)


@click.command()
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--only", metavar="NAME", multiple=True, help="This exercise; may be given more than once.")
@click.option("--seeds", metavar="N", default=20, show_default=True, type=click.IntRange(1), help="For the laws.")
@SERVICE
@language
def publish(directory: Path, only: tuple[str, ...], seeds: int, service: str | None, language: Language) -> int:
    """Publish exercises of DIR at a service where you teach. They are verified first: a broken one is not sent.

    The service runs exercises in its workers outside the box, so its operator has to allow this.
    """
    paths = _chosen(directory, only, language)
    with plainly(language):
        client = signed_in(service_of(service, language), language)
    proofs = [verify_one(path, seeds, False, language, console(stderr=True)) for path in paths]
    if any(proof.broken for proof in proofs):
        raise click.ClickException(BROKEN(language))
    for path in paths:
        _send(client, path, directory)
    click.echo(REGRADE(language).format(grader=assembly.command_name()), err=True)
    return 0


def files_of(path: Path, directory: Path) -> dict[str, str]:
    """All that an edition consists of: path below `directory`, with slashes → text."""
    return {file: (directory / file).read_text(encoding="utf-8") for file in read_sheet(path).files}


def _chosen(directory: Path, only: tuple[str, ...], language: Language) -> list[Path]:
    """The modules to publish; a usage error where that is not clear."""
    try:
        sheets = {sheet.name: sheet for sheet in assignments.sheets(directory)}
    except ExerciseError as error:
        raise click.ClickException(str(error)) from error
    names = [name for name in sheets if not only or name in only]
    if not names or set(only) - set(names):
        usage(words.said(NOTHING, directory=str(directory)), language)
    if len(names) > 1 and not only:
        usage(words.said(WHICH, directory=str(directory), names=", ".join(names)), language)
    paths = [assignments.path_of(name, directory) for name in names]
    for sheet in map(read_sheet, paths):
        if sheet.by_name:
            usage(words.said(SHARED, name=sheet.name, shared=sheet.by_name[0]), language)
    return paths


def _send(client: Client, path: Path, directory: Path) -> None:
    name = name_of(path)
    body = {"files": [{"path": file, "text": text} for file, text in files_of(path, directory).items()]}
    try:
        status, made = client.ask("POST", f"/editions/{quote(name, safe='')}", body)
    except Declined as error:
        closed = error.status == 404
        text = words.said(CLOSED, service=client.service) if closed else error.text
        raise click.ClickException(text(client.language)) from error
    edition, before = str(made.get("edition")), str(made.get("before") or NONE(client.language))
    said = PUBLISHED if status == 201 else SAME
    click.echo(said(client.language).format(name=name, edition=edition, before=before))
