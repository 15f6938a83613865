"""`python -m web.exporting.read FILE NAME`: a new course out of an archive of any size."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from web.exporting.opening import Refused, opened
from web.exporting.reading import bring
from web.services import Services
from web.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what the command line names; nothing is left behind where it cannot be read as a whole."""
    parser = argparse.ArgumentParser(prog="python -m web.exporting.read", description="Read an exported course.")
    parser.add_argument("file", type=Path, help="the .zip that was exported")
    parser.add_argument("name", help="the new course's name in its address")
    given = parser.parse_args(arguments)
    try:
        services = Services.of(Settings.from_environment())
        with opened(given.file) as archive:
            course = bring(services, archive, given.name, None)
    except (Refused, SettingsError, OSError) as error:
        sys.exit(str(error))
    address = f"{services.settings.address}/courses/{course.slug}"
    print(f"Made {course.slug!r}: {course.title_en}, {address}. Students see it once it is opened in its set-up.")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
