"""A roster as a spreadsheet saves it: who, as what, in which group; with everything that is wrong told by its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.messages import Text
from web.accounts.newcomers import EMAIL, mistake_in_group, mistake_in_name
from web.database.base import Role
from web.tabular import BadTable, Row, Table, read

MOST = 2000  # people in one file
LONGEST_EMAIL = 254
UNREADABLE = "\ufffd"  # what stands for bytes that are no letters

COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "邮箱", "电子邮箱", "电子邮件", "邮件"),
    "name": ("name", "full name", "姓名", "名字"),
    "role": ("role", "角色", "身份"),
    "group": ("group", "section", "组", "小组", "分组", "组别", "班级"),
}
ROLES: dict[str, Role] = {
    **dict.fromkeys(("student", "学生"), "student"),
    **dict.fromkeys(("assistant", "ta", "助教"), "assistant"),
    **dict.fromkeys(("instructor", "teacher", "教师", "老师"), "instructor"),
}


@dataclass(frozen=True)
class Line:
    """One person. role, group: None where the file does not say."""

    number: int
    email: str
    name: str
    role: Role | None
    group: str | None


@dataclass(frozen=True)
class Mistake:
    """What has to be mended in a line of the file."""

    line: int
    text: Text


@dataclass(frozen=True)
class Roster:
    """What a file says. ignored: columns that mean nothing here."""

    lines: tuple[Line, ...]
    mistakes: tuple[Mistake, ...]
    ignored: tuple[str, ...]


def read_roster(content: bytes) -> Roster:
    """Raises BadTable where it is no table, has no column for e-mail, or too many rows."""
    table = read(content)
    columns = _columns(table)
    if len(table.rows) > MOST:
        raise BadTable(
            f"The file has {len(table.rows)} people, and at most {MOST} are taken at once. Divide it.",
            f"文件有 {len(table.rows)} 人，一次最多 {MOST} 人，请分成几个文件。",
        )
    lines = tuple(_line(row, columns) for row in table.rows)
    said = {row.line: row[columns["role"]] if "role" in columns else "" for row in table.rows}
    mistakes = [mistake for line in lines for mistake in _mistakes(line, said[line.number])]
    known = set(columns.values())
    ignored = tuple(name for place, name in enumerate(table.head.cells) if place not in known and name)
    return Roster(lines, tuple(sorted([*mistakes, *_twice(lines)], key=lambda one: one.line)), ignored)


def _columns(table: Table) -> dict[str, int]:
    """Where each column stands."""
    found: dict[str, int] = {}
    for column, names in COLUMNS.items():
        places = [place for place, name in enumerate(table.head.cells) if name.casefold() in names]
        if len(places) > 1:
            raise BadTable(f"Two columns are for {column}. Keep one.", f"有两列都是 {column}，请只保留一列。")
        if places:
            found[column] = places[0]
    if "email" not in found:
        raise BadTable(
            f"Line {table.head.line} names no column “email”. The first line has to be: email,name,role,group",
            f"第 {table.head.line} 行没有“邮箱”一列。第一行应为：邮箱,姓名,角色,小组",
        )
    return found


def _line(row: Row, columns: dict[str, int]) -> Line:
    cells = {column: row[place] for column, place in columns.items()}
    return Line(
        number=row.line,
        email=cells["email"].lower(),
        name=" ".join(cells.get("name", "").split(" ")),
        role=ROLES.get(cells.get("role", "").casefold()),
        group=cells.get("group"),
    )


def _mistakes(line: Line, role: str) -> Iterator[Mistake]:
    """role: as it stands in the file."""
    if not line.email:
        yield Mistake(line.number, Text("There is no e-mail address.", "缺少邮箱。"))
    elif not EMAIL.fullmatch(line.email) or len(line.email) > LONGEST_EMAIL or not line.email.isprintable():
        yield Mistake(
            line.number, Text(f"{line.email[:80]!r} is no e-mail address.", f"“{line.email[:80]}”不是邮箱地址。")
        )
    if UNREADABLE in line.name or UNREADABLE in (line.group or ""):
        en = "Some letters cannot be read. Save the table as CSV UTF-8, and bring that."
        yield Mistake(line.number, Text(en, "有些文字无法识别。请将表格另存为 CSV UTF-8 后再上传。"))
    elif line.name and mistake_in_name(line.name):
        yield Mistake(
            line.number, Text("The name is too long, or has signs that cannot be seen.", "姓名过长，或含有不可见字符。")
        )
    if role and line.role is None:
        en = f"There is no role {role[:40]!r}: student, assistant and instructor are."
        yield Mistake(line.number, Text(en, f"没有“{role[:40]}”这个角色；可用：学生、助教、教师。"))
    group = mistake_in_group(line.group or "")
    if group:
        yield Mistake(line.number, group)


def _twice(lines: tuple[Line, ...]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for line in lines:
        before = first.setdefault(line.email, line.number)
        if line.email and before != line.number:
            en = f"{line.email[:80]} stands in line {before} already."
            yield Mistake(line.number, Text(en, f"{line.email[:80]} 在第 {before} 行已经出现过。"))
