"""Which language to speak: --lang, else the locale's, else English."""

from __future__ import annotations

from collections.abc import Mapping

from grader.messages import Language


def chosen(option: str | None, environment: Mapping[str, str]) -> Language:
    """The language of `--lang`, or of LC_ALL, LC_MESSAGES or LANG, the first that is set."""
    if option:
        return "zh" if option == "zh" else "en"
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
