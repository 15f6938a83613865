"""A course as a stream of bytes: one zip with its settings, people, work, grades, marks and audit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grader.calls import File
from grader.plain import from_plain
from web.database.models import Course, Submission
from web.exporting import kinds
from web.exporting.names import Namer, safe
from web.exporting.packing import Packer, document, line
from web.exporting.places import in_parts, places_of
from web.exporting.readme import README
from web.exporting.records import Source, people, records, settings
from web.gradebook import book
from web.gradebook.exports import as_csv
from web.services import Services
from web.students.downloads import notebook
from web.tabular import quoted, written

FORMAT, VERSION = "chainrule-course", 1


def archive(services: Services, course_id: int) -> Iterator[bytes]:
    """The whole of it, as it is at one moment."""
    with services.database.read() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        course = session.get_one(Course, course_id)
        source = Source(session, course, places_of(session, course), services.catalogue)
        moment = services.clock()
        packer = Packer(moment)
        for name, chunks in _files(source, moment):
            yield from packer.add(name, chunks)
        yield from packer.add("manifest.json", [_manifest(source, packer, moment)])
        yield from packer.close()


def _files(source: Source, moment: datetime) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield "README.txt", iter([README.encode()])
    yield "course.json", iter([document(settings(source))])
    everybody = people(source)
    yield "people.json", iter([document(everybody)])
    yield "people.csv", iter([_people_csv(everybody)])
    yield "gradebook.csv", iter([as_csv(book.read(source.session, source.catalogue, source.course, moment))])
    for kind in kinds.LISTED:
        yield kind.file, map(line, records(source, kind))
    yield from _originals(source)


def _manifest(source: Source, packer: Packer, moment: datetime) -> bytes:
    counts = {kind: len(names) for kind, names in source.places.names.items() if kind != "course"}
    return document(
        {
            "format": FORMAT,
            "version": VERSION,
            "course": source.course.slug,
            "made_at": moment.isoformat(),
            "counts": counts,
            "files": {name: list(known) for name, known in packer.sums.items()},
        }
    )


def _people_csv(everybody: list[dict[str, Any]]) -> bytes:
    fields = ("name", "email", "role", "group")
    return written([fields, *([quoted(one[name] or "") for name in fields] for one in everybody)])


def _originals(source: Source) -> Iterator[tuple[str, Iterator[bytes]]]:
    """What was handed in, as files in folders: submissions/exercise/student/number/."""
    names, folders = source.places.names, Namer()
    students = {key: folders(email) for key, email in names["person"].items()}
    for part in in_parts(source.places.submissions):
        columns = (Submission.assignment_id, Submission.user_id, Submission.number, Submission.files)
        for row in source.session.execute(select(*columns).where(Submission.id.in_(part))).all():
            exercise = safe(names["assignment"][row.assignment_id])
            folder = f"submissions/{exercise}/{students[row.user_id]}/{row.number}"
            for name, content in _contents(row.files):
                yield f"{folder}/{name}", iter([content])


def _contents(files: list[Any]) -> Iterator[tuple[str, bytes]]:
    """A notebook has its code cells, which is all that was kept of it."""
    name = Namer()
    for file in from_plain(tuple[File, ...], files, "files"):
        content = notebook(file) if file.cells else file.text.encode("utf-8", "replace")
        yield name(file.name.replace("\\", "/").rpartition("/")[2]), content
