"""What others wrote is what they published: every file has the checksum that stands in the list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from web.vendoring import VENDORED, differing

AXE = Path(__file__).parent.parent / "browser" / "vendor"


@pytest.mark.parametrize("folder", [VENDORED, AXE], ids=["site", "tests"])
def test_every_file_is_the_one_that_is_listed(folder):
    assert differing(folder) == []


@pytest.mark.parametrize("folder", [VENDORED, AXE], ids=["site", "tests"])
def test_every_package_names_its_version_and_licence_and_brings_its_text(folder):
    for entry in json.loads((folder / "VENDOR.json").read_text(encoding="utf-8")):
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["licence"]
        assert any(path.endswith("LICENSE.txt") for path in entry["files"])


def test_a_changed_a_missing_and_an_unlisted_file_are_noticed(tmp_path):
    (tmp_path / "VENDOR.json").write_text(
        '[{"package": "p", "version": "1.0.0", "files": {"a.js": {"from": "a.js", "sha256": "0"},'
        ' "b.js": {"from": "b.js", "sha256": "0"}}}]'
    )
    (tmp_path / "a.js").write_text("changed")
    (tmp_path / "c.js").write_text("unlisted")
    assert differing(tmp_path) == ["a.js", "b.js", "c.js"]
