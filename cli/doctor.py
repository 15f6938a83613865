"""`grader doctor`: what this machine can do for the box, what is missing, and how to mend it."""

from __future__ import annotations

import click

from cli import assembly
from cli.options import console, language, waiting
from grader.messages import Language, Text

LOOKING = Text("looking at this machine", "正在检查这台机器")
FINE = Text("This machine can hold a box with every layer.", "这台机器可以提供完整的沙箱。")
PARTLY = Text("The box works; what is marked ○ is held by weaker means.", "沙箱可以工作；标 ○ 的项目由较弱的手段代替。")
CANNOT = Text("No box can be had here until what is marked ✗ is mended.", "修好标 ✗ 的项目之前，这里无法提供沙箱。")


@click.command()
@language
def doctor(language: Language) -> int:
    """Audit the host. Exit code: 0 a box can be had, 3 none."""
    from rich.table import Table
    from rich.text import Text as Rich

    from worker.sandbox.doctor import audit

    with waiting(LOOKING(language)):
        findings = list(audit())
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        shape, style = {True: ("✓", "green"), False: ("✗", "red"), None: ("○", "yellow")}[finding.ok]
        detail = Rich(finding.detail(language))
        if finding.remedy and finding.ok is not True:
            remedy = finding.remedy(language).replace("{grader}", assembly.command_name())
            detail.append(f"\n→ {remedy}", style="bold")
        table.add_row(Rich(shape, style=style), Rich(finding.what, style="bold"), detail)
    target = console()
    target.print(table)
    broken = any(finding.ok is False for finding in findings)
    verdict = CANNOT if broken else FINE if all(finding.ok for finding in findings) else PARTLY
    target.print()
    target.print(verdict(language))
    return 3 if broken else 0
