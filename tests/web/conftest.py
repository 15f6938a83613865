"""A site in a test: its people, its course, a database in a folder of its own, and a broker that nobody started."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from grader.calls import File
from grader.files import Source
from tests.engines import shared_engines  # noqa: F401 - a fixture of every test here
from web import waiting
from web.accounts import limits, passwords
from web.accounts.sessions import begin
from web.application import create_app
from web.bulletin import Bulletin
from web.crowd.making import Size, make
from web.database.models import Assignment, Course, Membership, User
from web.database.schema import upgrade
from web.database.session import Database
from web.health import metrics
from web.services import NAME, Services
from web.settings import Settings

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough password"
LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ROLES = {"ada": "student", "ben": "student", "grace": "instructor", "tom": "assistant"}  # Mallory is in another course
RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"


class Clock:
    """Stands still, until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class Site:
    """The application and what a test asks of it. people: user ids by first name; assignments: ids by exercise."""

    app: Flask
    services: Services
    clock: Clock
    people: dict[str, int] = field(default_factory=dict)
    assignments: dict[str, int] = field(default_factory=dict)

    def client(self, name: str = "") -> FlaskClient:
        """A browser, signed in as this person; as nobody without a name."""
        browser = self.app.test_client()
        if name:
            with self.services.database.write() as session:
                token = begin(session, session.get_one(User, self.people[name]), self.clock(), "test")
            with browser.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return browser


@pytest.fixture(scope="session", autouse=True)
def light_hashes():
    """Hashing a password takes a third of a second by design; here it is the same algorithm with less of it."""
    nobody = LIGHT.hash("nobody has this password")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: LIGHT)
        patch.setattr(passwords, "_nobody", lambda: nobody)
        yield


@pytest.fixture(scope="session")
def hashed_password() -> str:
    return LIGHT.hash(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """On SQLite; what would be sent to a broker stays in this process."""
    return Settings(
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path}/site.db",
        redis_url="memory://",
        secret_key="0123456789abcdef0123456789abcdef",
        exercises=ROOT / "assignments",
    )


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory, hashed_password: str) -> Path:
    """A database with the tables made and everybody in their course, to be copied."""
    path = tmp_path_factory.mktemp("populated") / "site.db"
    made = Services.of(Settings(path.parent, f"sqlite:///{path}", "memory://", "", ROOT / "assignments"), Clock())
    upgrade(made.database)
    populate(made, hashed_password)
    made.database.close()  # which puts what the write-ahead log holds into the file
    return path


# A class of made-up students: what `python -m web.crowd` makes. Its course is `crowd`.


@pytest.fixture(scope="session")
def small_class(tmp_path_factory: pytest.TempPathFactory, hashed_password: str) -> Path:
    """24 students, 6 exercises, 400 submissions; a database to be copied."""
    return crowded(tmp_path_factory.mktemp("small_class"), hashed_password, Size(24, 400, 2, 3, exercises=6))


@pytest.fixture(scope="session")
def whole_class(tmp_path_factory: pytest.TempPathFactory, hashed_password: str) -> Path:
    """300 students, all exercises, 20 000 submissions. Takes seconds: for tests that are marked `slow`."""
    return crowded(tmp_path_factory.mktemp("whole_class"), hashed_password, Size())


@pytest.fixture
def crowd(settings: Settings, applications: dict[Settings, Flask], small_class: Path):
    """A site with the small class. Grace teaches it, Tom assists, Ada is the first of its students."""
    yield from with_class(settings, applications, small_class)


@pytest.fixture
def whole_crowd(settings: Settings, applications: dict[Settings, Flask], whole_class: Path):
    """The same with the class of 300."""
    yield from with_class(settings, applications, whole_class)


def crowded(folder: Path, password: str, size: Size) -> Path:
    """A database with a class of this size and nothing else."""
    path = folder / "site.db"
    made = Services.of(Settings(folder, f"sqlite:///{path}", "memory://", "", ROOT / "assignments"), Clock())
    upgrade(made.database)
    make(made, size, password)
    made.database.close()
    return path


def with_class(settings: Settings, applications: dict[Settings, Flask], database: Path):
    """A site on a copy of this database."""
    shutil.copy(database, settings.home / "site.db")
    services = Services.of(settings, Clock())
    yield with_people(applications, services)
    services.database.close()


def with_people(applications: dict[Settings, Flask], services: Services) -> Site:
    """The site of a class, and its people by the names that tests have for them."""
    app = in_turn(applications, services)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    emails = {"grace": "grace", "tom": "assistant1", "ada": "s001", "ben": "s002"}
    with services.database.read() as session:
        ids = {user.email.partition("@")[0]: user.id for user in session.query(User)}
        assignments = {one.exercise: one.id for one in session.query(Assignment)}
    return Site(app, services, services.clock, {name: ids[email] for name, email in emails.items()}, assignments)


@pytest.fixture
def services(settings: Settings, populated: Path):
    """With the tables made, and everybody in their course."""
    shutil.copy(populated, settings.home / "site.db")
    made = Services.of(settings, Clock())
    yield made
    made.database.close()


def over(database: str, request: pytest.FixtureRequest, settings: Settings) -> Services:
    """The same, over `sqlite` or `postgresql`."""
    if database == "sqlite":
        return request.getfixturevalue("services")
    made = Services.of(replace(settings, database_url=request.getfixturevalue("postgresql_url")), Clock())
    upgrade(made.database)
    populate(made, request.getfixturevalue("hashed_password"))
    return made


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(tmp_path_factory.mktemp("stages"))


@dataclass
class Stages:
    """What many tests begin with is done once; the others get a copy of the database."""

    folder: Path
    known: dict[object, object] = field(default_factory=dict)

    def begin(self, site: Site, furnish: Callable[[Site], object]) -> object:
        """Returns what `furnish` returned the first time: it should be values, not rows."""
        mine, kept = site.services.settings.home / "site.db", self.folder / f"{furnish.__module__}.{furnish.__name__}"
        if furnish not in self.known:
            self.known[furnish] = furnish(site), site.clock()
            site.services.database.close()
            shutil.copy(mine, kept)
        else:
            site.services.database.close()
            shutil.copy(kept, mine)
        made, site.clock.moment = self.known[furnish]
        return made


def populate(services: Services, password: str) -> None:
    """`backprop` with three exercises; `other`, in which Mallory studies."""
    with services.database.write() as session:
        moment = services.clock()
        courses = [
            Course(slug=slug, title_en=title, title_zh=zh, created_at=moment)
            for slug, title, zh in (
                ("backprop", "Backpropagation", "反向传播"),
                ("other", "Another course", "另一门课"),
            )
        ]
        session.add_all(courses)
        for name in (*ROLES, "mallory"):
            user = User(email=f"{name}@example.org", name=name.title(), password=password, created_at=moment)
            course = courses[name == "mallory"]
            session.add(Membership(course=course, user=user, role=ROLES.get(name, "student"), created_at=moment))
        for course in courses:
            for position, exercise in enumerate(("product_gradient", "softmax_derivative", "mlp_backward")):
                deadline = moment + timedelta(days=7)
                session.add(Assignment(course=course, exercise=exercise, position=position, deadline=deadline))


@pytest.fixture(scope="session")
def applications():
    """Putting one together takes a tenth of a second, so tests with the same settings take turns with one."""
    return {}


@pytest.fixture
def site(services: Services, applications: dict[Settings, Flask], populated: Path) -> Site:
    """Forms need no token here; test_permissions.py proves that outside they do."""
    app = in_turn(applications, services)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    people, assignments = ids(populated)
    return Site(app, services, services.clock, people.copy(), assignments.copy())


@cache
def ids(populated: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Of the people, by first name; of the assignments of `backprop`, by exercise."""
    with closing(Database(f"sqlite:///{populated}")) as database, database.read() as session:
        people = {user.name.lower(): user.id for user in session.query(User)}
        course = session.query(Course).filter_by(slug="backprop").one()
        return people, {one.exercise: one.id for one in course.assignments}


def in_turn(applications: dict[Settings, Flask], services: Services) -> Flask:
    """The application for these settings, with nothing in it of the test before."""
    kind = replace(services.settings, home=Path(), database_url="")
    if kind not in applications:
        applications[kind] = create_app(services.settings, services)
    app = applications[kind]
    app.config.update(PROPAGATE_EXCEPTIONS=None)  # as it is made: a test may have looked at pages of faults
    app.extensions[NAME] = services
    app.extensions[waiting.NAME] = waiting.Seats(Bulletin(services.settings.redis_url))
    app.extensions[metrics.NAME] = metrics.Metrics()
    app.extensions[limits.NAME].reset()
    return app


def source(text: str = RIGHT) -> Source:
    """One file of Ada's."""
    return Source((File("ada.py", text),))


def with_broker(services: Services, url: str) -> Services:
    """The same site, with a broker that answers."""
    return Services.of(replace(services.settings, redis_url=url), services.clock)
