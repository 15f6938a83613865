"""A commit's archive, handed in as the student whose repository it is."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grader.calls import File
from grader.files import Source, Unreadable
from grader.messages import Text
from grader.plain import to_plain
from grader.reading import Sheet
from web.database.base import STAFF
from web.database.models import Assignment, Repository
from web.kinds import COMMIT_CHANGED, of_refusal
from web.pushes.linking import address_of
from web.pushes.origin import Origin
from web.pushes.project import Project, Unfit, project_of
from web.refusals import Refused
from web.services import Services
from web.submissions import Upload, accept, role_of

DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
Made = dict[str, Any]  # exercise → {"submission": id} or {"en": why not, "zh": …}


@dataclass(frozen=True)
class Arrived:
    """A commit that came. at: when we heard of it, which is what deadlines look at."""

    repository: Repository
    commit: str
    branch: str
    at: datetime
    request_id: str = ""


def hand_in(services: Services, arrived: Arrived, content: bytes, *, fetched: bool) -> Made:
    """What became of each exercise. fetched: by us, so that only the code in it says whose it is. Raises Unfit."""
    project = project_of(content)
    repository = arrived.repository
    if fetched and not (repository.code and hmac.compare_digest(project.link.encode(), repository.code.encode())):
        raise Unfit(
            f'This commit does not say that it is yours: write link = "{repository.code}" into chainrule.toml.',
            f'这个 commit 没有证明仓库是你的：请在 chainrule.toml 中写入 link = "{repository.code}"。',
        )
    if project.course not in {"", repository.course.slug}:
        raise Unfit("chainrule.toml names another course.", "chainrule.toml 中写的是另一门课程。")
    wanted = [name for name in project.work if repository.exercise in {None, name}]
    if not wanted:
        raise Unfit(
            f"chainrule.toml does not name {repository.exercise}.", f"chainrule.toml 中没有 {repository.exercise}。"
        )
    return {name: _one(services, arrived, project, name) for name in wanted}


def _one(services: Services, arrived: Arrived, project: Project, exercise: str) -> Made:
    try:
        return {"submission": _accepted(services, arrived, project, exercise)}
    except (Refused, Unreadable) as refusal:
        return {"en": refusal.text.en, "zh": refusal.text.zh, "why": of_refusal(refusal).name}


def _accepted(services: Services, arrived: Arrived, project: Project, exercise: str) -> str:
    """The id of the submission, which may have been there. Raises Refused and Unreadable."""
    repository = arrived.repository
    with services.database.read() as session:
        found = select(Assignment.id).where(Assignment.course_id == repository.course_id, ~Assignment.draft)
        assignment = session.scalar(found.where(Assignment.exercise == exercise))
        role = role_of(session, repository.user_id, repository.course_id)
    if assignment is None:
        named = exercise[:60]
        raise Refused("gone", f"There is no exercise {named} in this course.", f"这门课程里没有题目 {named}。")
    if role is None or repository.user.disabled_at:
        raise Refused("closed", "You are no longer in this course.", "你已不在这门课程中。")
    if repository.course.draft and role not in STAFF:
        raise Refused("closed", "This course is not open yet.", "这门课程尚未开放。")
    origin = Origin(arrived.commit, arrived.branch, address_of(services.settings, repository))
    source = project.source(exercise)
    _refuse_two(services.catalogue.get(exercise), source)
    key = f"push-{repository.id}-{arrived.commit}"
    submission = accept(
        services, repository.user_id, assignment, Upload(source, "push", key, arrived.request_id, origin, arrived.at)
    )
    if submission.files != to_plain(tuple[File, ...], source.files):
        raise Unreadable(COMMIT_CHANGED.whole.en, COMMIT_CHANGED.whole.zh)
    return submission.id


def _refuse_two(sheet: Sheet | None, source: Source) -> None:
    """Nobody could say which of two solutions counts. Raises Unreadable."""
    wanted = {name for entry in sheet.of("starter") for name in DEFINED.findall(entry.source)} if sheet else set()
    for name in sorted(wanted):
        defining = [file.name for file in source.files if name in DEFINED.findall(file.text)]
        if len(defining) > 1:
            first, second = defining[:2]
            raise Unreadable(
                f"{first} and {second} both define {name}. Only one can count: name that one in chainrule.toml.",
                f"{first} 和 {second} 都定义了 {name}，只能有一个算数：请在 chainrule.toml 里只写那一个。",
            )


def as_text(made: Made) -> Text | None:
    """Why something was not handed in; None where all was."""
    refused = [(name, one) for name, one in made.items() if "submission" not in one]
    if not refused:
        return None
    en = (f"{name}: {one['en']}" for name, one in refused)
    return Text(" ".join(en), "".join(f"{name}：{one['zh']}" for name, one in refused))
