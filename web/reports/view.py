"""What the template of a report needs: every text in the reader's language, escaped, with formulas drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from grader import words
from grader.describing import in_order, short, shows_fault, summary
from grader.drawing import draw
from grader.formulas import plain
from grader.messages import LOCATED, Finding, Graph, Language, Picture, Report, Text, Trace
from grader.showing import visible
from web.formulas import formulas
from web.reports.listing import Listing, Margin, listings, shown_at, where

MOST_WORTH = 12  # the widest piece of the bar of checks


@dataclass(frozen=True)
class Check:
    """A finding as it is shown. `kind` is a CSS class; shape and word say the same."""

    kind: str
    shape: str
    word: str
    title: Markup
    plain_title: str
    share: str
    worth: int
    public: bool
    detail: Markup | None


@dataclass(frozen=True)
class Panel:
    """One drawing, and what it is called where there are several."""

    caption: str
    svg: Markup


@dataclass(frozen=True)
class Shown:
    """A picture: its drawings, the sentence below, and of a trace the numbers around the first wrong step."""

    kind: str
    title: str
    panels: tuple[Panel, ...]
    words: str
    rows: tuple[tuple[str, str, str, bool], ...] = ()  # step, got, expected, first wrong


@dataclass(frozen=True)
class ReportView:
    """A report for reading, in one language. `opens` says when hidden checks are shown; empty where none is hidden."""

    report: Report
    language: Language
    opens: str = ""
    margin: Margin = field(default_factory=Margin)

    def say(self, name: str) -> str:
        """The words of this name in grader/words.py."""
        text: Text = getattr(words, name)
        return text(self.language)

    @property
    def title(self) -> Markup:
        return formulas(self.report.title(self.language))

    @property
    def plain_title(self) -> str:
        return visible(plain(self.report.title(self.language)))

    @property
    def points(self) -> str:
        return words.amount(self.report.points)

    @property
    def out_of(self) -> str:
        return words.OUT_OF(self.language).format(out_of=words.amount(self.report.out_of))

    @property
    def score(self) -> str:
        return words.score(self.report.points, self.report.out_of, self.language)

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(check(finding, self.language) for finding in self.report.findings)

    @property
    def trouble(self) -> Markup | None:
        return formulas(self.report.trouble.text(self.language)) if self.report.trouble else None

    @property
    def thoughts_title(self) -> str:
        return words.about(self.report.thoughts)(self.language)

    @property
    def codes(self) -> str:
        return words.codes(self.report.thoughts)

    @property
    def thoughts(self) -> tuple[Markup, ...]:
        return tuple(formulas(thought.hint(self.language)) for thought in self.report.thoughts)

    @property
    def laws(self) -> tuple[Markup, ...]:
        """The broken laws, where no misconception explains them."""
        return () if self.report.thoughts else tuple(formulas(law(self.language)) for law in self.report.broken_laws)

    @property
    def difference(self) -> Markup | None:
        """The first difference in a sentence."""
        wrong = (finding for finding in self.report.findings if finding.passed is False)
        return next((formulas(finding.detail(self.language)) for finding in wrong if finding.detail), None)

    @property
    def located(self) -> tuple[Markup, ...]:
        """For which inputs and in which parts it goes wrong, where no thought explains it."""
        return tuple(formulas(one.text(self.language)) for one in self.report.remarks if one.code == LOCATED)

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """Those that show something wrong; all of them where nothing is."""
        return self._shown(at_first=True)

    @property
    def more_pictures(self) -> tuple[Shown, ...]:
        """The others, for those who want to see more."""
        return self._shown(at_first=False)

    def _shown(self, *, at_first: bool) -> tuple[Shown, ...]:
        if self.report.trouble:
            return ()
        pictures, all_passed = in_order(self.report.pictures), self.report.all_passed
        return tuple(shown(one, self.language) for one in pictures if (all_passed or shows_fault(one)) == at_first)

    @property
    def listings(self) -> tuple[Listing, ...]:
        return listings(self.report, self.language, self.margin)

    @property
    def remarks(self) -> Iterator[tuple[str, Markup]]:
        """(place, sentence) of the remarks that no shown line carries."""
        for remark in self.report.remarks:
            if remark.code != LOCATED and not shown_at(remark, self.report.files):
                yield where(remark, self.report.files, self.language), formulas(remark.text(self.language))

    @property
    def printed(self) -> Iterator[tuple[str, str, str]]:
        """(heading, text, what was dropped) of what the program wrote."""
        for heading, printed in ((words.OUTPUT, self.report.stdout), (words.ERRORS, self.report.stderr)):
            if printed.text.strip():
                dropped = words.DROPPED(self.language).format(count=printed.dropped) if printed.dropped else ""
                yield heading(self.language), visible(printed.text), dropped

    @property
    def time(self) -> str:
        """How long it took, where that is known and shown."""
        taken = self.report.seconds
        if not taken.wall:
            return ""
        return words.TIME(self.language).format(wall=words.duration(taken.wall), cpu=words.duration(taken.cpu))


def check(finding: Finding, language: Language) -> Check:
    """A finding in words and shapes."""
    kind, shape, word = words.verdict(finding.passed)
    title = words.titled(finding)(language)
    return Check(
        kind=kind,
        shape=shape,
        word=word(language),
        title=formulas(title),
        plain_title=plain(visible(title)),
        share=f"{words.amount(finding.points)}/{words.amount(finding.out_of)}",
        worth=min(max(round(finding.out_of), 1), MOST_WORTH),
        public=finding.public,
        detail=formulas(finding.detail(language)) if finding.detail else None,
    )


def shown(picture: Picture, language: Language) -> Shown:
    """A picture with its words."""
    drawings = draw(picture, language)
    panels = tuple(
        Panel(drawing.caption if len(drawings) > 1 else "", Markup(drawing.svg))  # noqa: S704 - ElementTree escapes
        for drawing in drawings
    )
    title = "" if isinstance(picture, Graph) else plain(picture.title(language))
    rows = tuple(_rows(picture)) if isinstance(picture, Trace) else ()
    return Shown(type(picture).__name__.lower(), title, panels, summary(picture)(language), rows)


def _rows(trace: Trace) -> Iterator[tuple[str, str, str, bool]]:
    """The numbers around the first wrong step."""
    first = trace.first_wrong
    if first is None:
        return
    for step in range(max(first - 2, 0), min(first + 3, len(trace.got))):
        yield str(step), short(trace.got[step]), short(trace.expected[step]), step == first
