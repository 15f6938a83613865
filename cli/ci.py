"""`grader ci`: what a repository's CI runs. Public checks in the box here; with a token, all of them at the service."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from cli import assembly, words
from cli.check import named, print_report, succeeded
from cli.formats import writing
from cli.formats.results import Results, Told
from cli.formats.writing import Wanted
from cli.online.asking import SERVICE, plainly, service_of, token_for
from cli.online.client import Client, Declined
from cli.online.handing_in import Cut
from cli.online.identity import UNPROVEN, Runner, has_identity
from cli.online.submit import PATIENCE, Outcome, counter, course_of, hand_in, sheet_of, told_of
from cli.options import language, usage
from cli.project import NAME, Project, Work, find_project, read_work
from grader.files import Source, places
from grader.messages import Language, Report, Text

NO_PROJECT = Text(
    f"There is no {NAME} here: `grader init-repo EXERCISE` makes one.",
    f"这里没有 {NAME}：可以用 `grader init-repo 题目` 生成。",
)
PUBLIC_ONLY = Text(
    "No token, so only the public checks ran and nothing was handed in. "
    "A pull request from a fork gets no secrets; that is as it should be.",
    "没有令牌，因此只运行了公开检查，没有提交任何内容。来自 fork 的拉取请求拿不到密钥，这是正常的。",
)
NO_BOX = Text(
    "There is no box on this runner ({why}), so the public checks run at the service too.",
    "这台机器上没有沙箱（{why}），因此公开检查也交给服务运行。",
)


@dataclass(frozen=True)
class Run:
    """A run of CI. client: None without a token."""

    project: Project
    client: Client | None
    formats: tuple[Wanted, ...]
    language: Language


@click.command()
@click.option("--local", is_flag=True, help="Hand nothing in, token or not.")
@click.option("--patience", metavar="SECONDS", default=PATIENCE, show_default=True, type=click.FloatRange(0))
@SERVICE
@writing.option
@language
def ci(local: bool, patience: float, service: str | None, formats: tuple[Wanted, ...], language: Language) -> int:
    """Check what chainrule.toml names. With a token in GRADER_TOKEN, hand it in and wait for the hidden checks.

    On GitHub, annotations and the step's summary are written unasked. Exit code: 0 all that ran passed, 1 not all,
    2 refused, 3 a fault of ours: nothing is lost, run it again.
    """
    project = find_project(language)
    if project is None:
        usage(NO_PROJECT, language)
    on_github = assembly.surroundings().get("GITHUB_ACTIONS") == "true"
    unasked = (Wanted("github"), Wanted("summary")) if on_github and not formats else ()
    wanted = writing.placed((*formats, *unasked), assembly.surroundings(), language)
    with plainly(language):
        client = None if local else client_for(project, service, language)
    run = Run(project, client, wanted, language)
    code, told = _all(run, patience)
    if client is None and not local:
        click.echo(PUBLIC_ONLY(language), err=True)
    writing.tell(wanted, Results(tuple(told), language, assembly.surroundings()))
    return code


def client_for(project: Project, service: str | None, language: Language) -> Client | None:
    """Who asks the service: with a token, or in the run's own name; None where there is neither. Raises BadAddress."""
    if not (service or assembly.service_named() or project.service):
        return None
    where = service_of(service, language)
    token, surroundings = token_for(where, language), assembly.surroundings()
    if not token and has_identity(surroundings):
        return Runner(where, "", language, project.link, project.course, surroundings)
    return Client(where, token, language) if token else None


def _all(run: Run, patience: float) -> tuple[int, list[Told]]:
    """Every exercise: the worst exit code, and the best report of each."""
    codes, told = [0], []
    course = run.project.course
    for work in run.project.work:
        source = read_work(work, sheet_of(work.exercise), run.language)
        local = _here(run, work, source)
        if local:
            codes.append(0 if succeeded(local, public=True) else 1)
            _show(run, local)
        best = Told(local, places(work.paths, source, assembly.repository())) if local else None
        if run.client:
            outcome = _there(run, run.client, course, patience, work, source, local)
            codes.append(outcome.code)
            best = told_of(outcome, work, source) or best
        told += [best] if best else []
    return max(codes), told


def _here(run: Run, work: Work, source: Source) -> Report | None:
    """The public checks in the box; None where there is no box, and a service that has one."""
    from worker.sandbox.launch import SandboxUnavailable

    if run.client and sheet_of(work.exercise) is None:
        return None  # an exercise of the course's own, which only the service has
    name = named(work.exercise, run.language)
    try:
        return assembly.grade_locally(source, name, assembly.fresh_seed(), public=True)
    except SandboxUnavailable as error:
        if run.client is None:
            raise
        click.echo(NO_BOX(run.language).format(why=error.text(run.language)), err=True)
        return None


def _there(
    run: Run, client: Client, course: str, patience: float, work: Work, source: Source, local: Report | None
) -> Outcome:
    """All checks at the service. Refusals and a service that is away are said, and other exercises go on."""
    functions = {finding.check: finding.function for finding in local.findings} if local else {}
    try:
        named_course = course or course_of(client, run.language)
        outcome = hand_in(counter(client, patience), named_course, work, source, wait=True, functions=functions)
    except Declined as error:
        click.echo(f"{work.exercise}: {error.text(run.language)}", err=True)
        if error.kind == UNPROVEN and not run.project.link:  # nobody has meant to hand in from here yet
            click.echo(PUBLIC_ONLY(run.language), err=True)
            return Outcome(0)
        return Outcome(2)
    except Cut as error:
        click.echo(f"{work.exercise}: {words.OUR_FAULT(run.language)}", err=True)
        click.echo(f"{error.text(run.language)}\n→ {error.remedy(run.language)}", err=True)
        return Outcome(3)
    if outcome.report:
        _show(run, outcome.report)
    return outcome


def _show(run: Run, report: Report) -> None:
    if writing.talks(run.formats):
        with quoted(on=any(one.name == "github" for one in run.formats)):
            print_report(report, run.language)


@contextmanager
def quoted(*, on: bool) -> Iterator[None]:
    """What is printed inside is no command to GitHub's runner, whatever a student's program has printed."""
    word = secrets.token_hex(16)
    if on:
        click.echo(f"::stop-commands::{word}")
    try:
        yield
    finally:
        if on:
            click.echo(f"::{word}::")
