"""A site whose operator allows publishing, and an instructor's program that does so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.api.conftest import Bell, program  # noqa: F401 - the fixture
from web.services import NAME, Services

SHIPPED = Path(__file__).parents[3] / "assignments"
NAME_OF = "product_gradient"
CHINESE = (SHIPPED / f"zh/{NAME_OF}.toml").read_text()
PATH = f"/api/v1/editions/{NAME_OF}"


def files(**changed: str) -> list[dict[str, str]]:
    """The exercise that ships with us, with a word changed."""
    texts = {path: (SHIPPED / path).read_text() for path in (f"{NAME_OF}.py", f"zh/{NAME_OF}.toml")}
    return [{"path": path, "text": text} for path, text in {**texts, **changed}.items()]


def changed(old="points=2", new="points=3") -> str:
    text = (SHIPPED / f"{NAME_OF}.py").read_text()
    return text + "\n# another edition\n" if old not in text else text.replace(old, new, 1)


def numbered(number: int) -> dict[str, str]:
    """An edition of its own."""
    return {f"{NAME_OF}.py": changed() + f"\n# edition {number}\n"}


def chinese(title: str) -> dict[str, str]:
    """The translation with another title."""
    first = CHINESE.partition("# ")[2].partition("\n")[0]
    return {f"zh/{NAME_OF}.toml": CHINESE.replace(f"# {first}", f"# {title}", 1)}


def publish(who, **words):
    return who.post(PATH, json={"files": files(**words)})


@pytest.fixture
def allowed(site):
    """The operator has allowed it."""
    settings = replace(site.services.settings, publish=True, published=site.services.settings.home / "published")
    made = replace(Services.of(settings, site.clock), doorbell=Bell())
    site.app.extensions[NAME] = site.services = made
    yield made
    made.database.close()


@pytest.fixture
def grace(allowed, program):  # noqa: F811 - the fixture
    return program("grace", scopes="publish")
