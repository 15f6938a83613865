"""A backup holds everything in one file, and restoring puts back all of it or nothing, whatever happens meanwhile."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli import copying
from cli.home import held
from tests.publishing import publish
from web.database.models import Assignment, Audit, Course, Grade, Membership, Submission, User
from web.database.schema import upgrade
from web.database.session import Database

MOMENT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
GRADER = Path(sys.executable).with_name("grader")


def furnish(url: str, submissions: int = 3, filler: str = "") -> None:
    """A course with a student's work in it: texts in two languages, JSON, moments, and fields without a value."""
    with closing(Database(url)) as database:
        upgrade(database)
        with database.write() as session:
            ada = User(email="ada@example.org", name="Ada 爱达", password="hash", created_at=MOMENT)
            course = Course(slug="backprop", title_en="Backpropagation", title_zh="反向传播", created_at=MOMENT)
            task = Assignment(course=course, exercise="product_gradient", position=0, attempts=5)
            session.add_all([task, Membership(course=course, user=ada, role="student", created_at=MOMENT)])
            session.flush()
            for number in range(submissions):
                hand_in(session, task, ada, number, filler)


def hand_in(session, task, user, number: int, filler: str = "") -> None:
    files = [{"name": "ada.py", "text": f"# 第 {number} 次\n{filler}"}]
    work = Submission(
        id=f"{number:032x}", assignment_id=task.id, user_id=user.id, number=number + 1, state="graded", files=files,
        notes=[], seed=f"{number:064x}", edition="1", ticket=f"{number:032d}", created_at=MOMENT + timedelta(hours=number),
    )  # fmt: skip
    session.add(work)
    session.flush()
    report = {"points": 6.0, "findings": [{"passed": None}], "title": "梯度"}
    session.add(
        Grade(
            submission_id=work.id, ticket=work.ticket, points=6.0, out_of=6.0, edition="1", codes=["M12"], report=report,
            graded_at=MOMENT, published_at=None,
        )
    )  # fmt: skip
    session.add(Audit(at=MOMENT, action="graded", submission_id=work.id, new="6"))


def state(url: str) -> dict[str, list]:
    """Every row of every table."""
    with closing(Database(url)) as database, database.read() as session:
        tables = User.metadata.sorted_tables
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


def at_home(folder: Path) -> str:
    return f"sqlite:///{folder}/chainrule.db"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A furnished home, and the only one that the command knows."""
    for name in ("DATABASE_URL", "REDIS_URL", "GRADER_SECRET_KEY", "GRADER_SECRET_KEY_FILE", "GRADER_PRODUCTION"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("GRADER_HOME", str(folder))
    furnish(at_home(folder))
    (folder / "secret").write_text("the key of this site, long enough for it")
    (folder / "demo.json").write_text("[]")
    return folder


@pytest.fixture
def file(tmp_path):
    return tmp_path / "site.backup"


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept_aside(grader, home, file, tmp_path):
    before = state(at_home(home))
    assert grader("backup", file)[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(Database(at_home(home))) as database, database.write() as session:
        session.delete(session.scalars(select(Grade)).first())
    (home / "secret").write_text("another key, which is just as long as it")
    changed = state(at_home(home))

    code, out, _ = grader("restore", file)
    assert code == 0
    assert state(at_home(home)) == before != changed
    assert (home / "secret").read_text().startswith("the key of this site")
    (old,) = tmp_path.glob("home.before-*")
    assert str(old) in out
    assert state(at_home(old)) == changed
    assert home.stat().st_mode & 0o077 == 0


def published(folder: Path, *numbers: int) -> list[str]:
    """Editions of an exercise, the last of them present."""
    import assignments

    text = (assignments.HERE / "product_gradient.py").read_text()
    texts = ({"product_gradient.py": f"{text}# {n}"} for n in numbers)
    return [publish(folder, "product_gradient", one)[0].edition for one in texts]


@pytest.mark.parametrize("outside", [False, True])
def test_published_exercises_come_back_with_their_old_editions(grader, home, file, tmp_path, monkeypatch, outside):
    from grader.editions import Editions

    if outside:
        monkeypatch.setenv("GRADER_PUBLISHED", str(tmp_path / "shared"))
    place = tmp_path / "shared" if outside else home / "published"
    editions = published(place, 1, 2)
    kept = Editions(place).path("product_gradient", editions[1]).parent / "__pycache__"
    kept.mkdir()
    (kept / "product_gradient.cpython-311.pyc").write_bytes(b"\xa7\r\r\n")  # as a worker leaves it that graded by it
    assert grader("backup", file)[0] == 0
    import shutil

    shutil.rmtree(place)
    published(place, 3)
    assert grader("restore", file)[0] == 0
    found = Editions(place)
    assert found.present() == {"product_gradient": editions[1]}
    assert None not in {found.path("product_gradient", edition) for edition in editions}
    assert not list(home.rglob("published.json"))


EDITION = "0123456789abcdef"
HOSTILE = [
    "../../evil.py",
    f"slope/{EDITION}/../../../evil.py",
    f"slope/{EDITION}/zh/../../../evil.toml",
    "/etc/cron.d/evil.py",
    f"//slope/{EDITION}/evil.py",
    f"./slope/{EDITION}/evil.py",
    f"../published/slope/{EDITION}/evil.py",
    f"slope/{EDITION}/..",
    f"slope/{EDITION}",
    "",
    ".",
    "..",
    "~/evil.py",
    "present.json/evil.py",
    "../present.json",
    ".lock",
    f"slope/{EDITION}/evil.pyc",
    f"slope/{EDITION}/__pycache__/slope.cpython-311.pyc",
    f"slope/{EDITION}/evil.so",
    f"slope/{EDITION}/.hidden.py",
    f"slope/{EDITION}/a.py/b.py",
    f"slope/{EDITION}/evil.py\0.toml",
    f"slope/{EDITION}/evil.py\n",
    f"slope\\{EDITION}\\evil.py",
    f"Slope/{EDITION}/evil.py",
    f"slope/{EDITION}0/evil.py",
    f"slope/{EDITION}/a/b/c/evil.py",
    f"slope/{EDITION}/{'a' * 300}.py",
    f"slope/{EDITION}/\ud800.py",
]


def put_back(tmp_path, texts, published="published"):
    from cli import editions_kept

    (tmp_path / editions_kept.FILE).write_text(texts if isinstance(texts, str) else json.dumps(texts))
    editions_kept.put_back(tmp_path, tmp_path / published)


def test_nobody_publishes_between_the_copy_of_the_database_and_that_of_the_editions(grader, home, file, monkeypatch):
    """Else an edition would be restored that nobody is known to have published, or the other way round."""
    import fcntl

    from cli import backup

    published(home / "published", 1)
    copy, tried = backup.copy_out, []

    def copying(*given):
        with (home / "published" / ".lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tried.append(given)
        copy(*given)

    monkeypatch.setattr(backup, "copy_out", copying)
    assert (grader("backup", file)[0], len(tried)) == (0, 1)
    with (home / "published" / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("path", HOSTILE)
def test_a_backup_whose_editions_lead_elsewhere_is_refused_and_changes_nothing(tmp_path, path):
    from cli.archive import Damaged

    with pytest.raises(Damaged):
        put_back(tmp_path, {f"slope/{EDITION}/slope.py": "x", path: "x"})
    assert [one.name for one in tmp_path.rglob("*")] == ["published.json"]


def test_workers_of_another_account_can_read_what_was_put_back(tmp_path):
    """Whatever the umask of whoever put it back; and the next who publishes finds a folder like any other."""
    usual = os.umask(0o077)
    try:
        put_back(tmp_path, {f"slope/{EDITION}/slope.py": "x", "present.json": "{}"})
    finally:
        os.umask(usual)
    place = tmp_path / "published"
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in (place, *place.rglob("*")))
    assert (place / ".lock").exists()


@pytest.mark.parametrize("texts", ["[]", "{", "null", "3", f'{{"slope/{EDITION}/slope.py": 3}}', "[" * 100_000])
def test_what_is_no_list_of_texts_is_damage_and_no_fault_of_ours(tmp_path, texts):
    from cli.archive import Damaged

    with pytest.raises(Damaged):
        put_back(tmp_path, texts)


@pytest.mark.parametrize("link", ["slope", f"slope/{EDITION}", f"slope/{EDITION}/slope.py", "present.json"])
def test_a_link_where_an_edition_shall_be_is_not_followed(tmp_path, link):
    """The folder is shared with workers: what was put there must not say where the operator writes."""
    from cli.archive import Damaged

    place, elsewhere = tmp_path / "published" / link, tmp_path / "elsewhere"
    place.parent.mkdir(parents=True)
    elsewhere.write_text("precious") if "." in link else elsewhere.mkdir()
    place.symlink_to(elsewhere)
    with pytest.raises(Damaged):
        put_back(tmp_path, {f"slope/{EDITION}/slope.py": "x", "present.json": "{}"})
    assert elsewhere.read_text() == "precious" if "." in link else not list(elsewhere.iterdir())


def test_the_folder_itself_may_be_a_link(tmp_path):
    """The operator's: a volume lies elsewhere."""
    (tmp_path / "volume").mkdir()
    (tmp_path / "published").symlink_to(tmp_path / "volume")
    put_back(tmp_path, {f"slope/{EDITION}/zh/slope.toml": "x", "present.json": "{}"})
    assert (tmp_path / "volume" / "slope" / EDITION / "zh" / "slope.toml").read_text() == "x"


def test_what_a_link_leads_to_does_not_come_into_a_backup(tmp_path):
    from cli import editions_kept

    place, secret = tmp_path / "published", tmp_path / "shadow.py"
    (edition,) = published(place, 1)
    secret.write_text("secret")
    (place / "product_gradient" / edition / "planted.py").symlink_to(secret)
    editions_kept.gather(place, tmp_path)
    kept = json.loads((tmp_path / editions_kept.FILE).read_text())
    assert {path.rpartition("/")[2] for path in kept} == {"present.json", "product_gradient.py"}


def test_a_backup_can_be_restored_where_nothing_was_before(grader, home, file, tmp_path, monkeypatch):
    before = state(at_home(home))
    grader("backup", file)
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "elsewhere"))
    assert grader("restore", file)[0] == 0
    assert state(at_home(tmp_path / "elsewhere")) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "home", "site.backup"]


def test_what_was_not_there_when_a_table_was_filled_is_counted_on_after_restoring(grader, home, file):
    grader("backup", file)
    grader("restore", file)
    with closing(Database(at_home(home))) as database, database.write() as session:
        session.add(User(email="ben@example.org", name="Ben", created_at=MOMENT))
    assert len(state(at_home(home))["users"]) == 2


def test_an_existing_file_is_replaced_only_by_force(grader, home, file):
    file.write_text("precious")
    code, _, err = grader("backup", file)
    assert (code, file.read_text()) == (2, "precious")
    assert "is there already" in err
    assert grader("backup", file, "--force")[0] == 0
    assert tarfile.is_tarfile(file)


def test_an_empty_home_has_nothing_to_be_backed_up(grader, home, file, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "elsewhere"))
    code, _, err = grader("backup", file)
    assert code == 2
    assert "There is no data in" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]  # and no folder is made for the question


def test_each_former_folder_is_kept(grader, home, file, tmp_path):
    """Two within a second, and one whose restore was killed before the last step."""
    grader("backup", file)
    grader("restore", file)
    (tmp_path / ".home.restore-0123").mkdir()
    (tmp_path / ".home.restore-0123" / "chainrule.db").write_text("the former data")
    grader("restore", file)
    kept = list(tmp_path.glob("home.before-*"))
    assert len(kept) == 3
    assert "the former data" in [(path / "chainrule.db").read_bytes()[:15].decode("latin-1") for path in kept]


# What is refused ----------------------------------------------------------------------------------------


def test_nothing_is_restored_under_a_running_service(grader, home, file):
    grader("backup", file)
    with held(home):
        code, _, err = grader("restore", file)
    assert code == 2
    assert f"runs on {home} already" in err


def test_a_backup_is_made_under_a_running_service(grader, home, file):
    with held(home):
        assert grader("backup", file)[0] == 0


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_changes_nothing(grader, home, file, tmp_path, part):
    grader("backup", file)
    whole, before = file.read_bytes(), state(at_home(home))
    file.write_bytes(whole[: int(len(whole) * part)])
    code, _, err = grader("restore", file)
    assert code == 2
    assert "is damaged or no backup" in err
    assert state(at_home(home)) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "site.backup"]


def test_a_changed_byte_anywhere_is_noticed(grader, home, file):
    grader("backup", file)
    whole, before = file.read_bytes(), state(at_home(home))
    draw = random.Random(7)
    for place in [20, len(whole) - 3, *(draw.randrange(20, len(whole)) for _ in range(12))]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert grader("restore", file)[0] == 2, place
    assert state(at_home(home)) == before


def remake(file: Path, **changes: object) -> None:
    """The same archive, with something else in its manifest."""
    with tarfile.open(file) as tar:
        contents = {member.name: tar.extractfile(member).read() for member in tar}
    contents["manifest.json"] = json.dumps(json.loads(contents["manifest.json"]) | changes).encode()
    with tarfile.open(file, "w:gz") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"revision": "9999", "version": "7.0"}, "made by a newer version (7.0, tables 9999)"),
        ({"format": 2}, "it has format 2, and this version reads 1"),
        ({"files": {}}, "is not what the manifest says"),
        ({"files": {"../../x": {"bytes": 1, "sha256": ""}}}, "is not what the manifest says"),
        ({"files": None}, "its manifest cannot be read"),
    ],
)
def test_a_backup_of_another_time_or_make_is_refused_in_words(grader, home, file, changes, words):
    grader("backup", file)
    remake(file, **changes)
    before = state(at_home(home))
    code, _, err = grader("restore", file)
    assert (code, state(at_home(home))) == (2, before)
    assert words in err


def test_a_home_that_is_a_mount_point_is_refused_in_words(grader, home, file, monkeypatch):
    """The kernel's answer is stood in for: nobody but root can mount."""
    grader("backup", file)
    monkeypatch.setattr("cli.restore.swap", lambda one, other: 16)
    before = state(at_home(home))
    code, _, err = grader("restore", file)
    assert (code, state(at_home(home))) == (2, before)
    assert "it is a mount point" in err
    assert list(home.parent.glob(".home.restore-*")) == []


# When something goes wrong in the middle ---------------------------------------------------------------


def start(home: Path, *arguments: object, before: str = "") -> subprocess.Popen[str]:
    """The command as a process of its own, after a few lines of Python."""
    code = f"{before}\nfrom cli.main import main\nmain({[str(one) for one in arguments]!r})"
    environment = {**os.environ, "GRADER_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def large_home(home):
    """Twelve megabytes that do not compress."""
    noise = random.Random(1).randbytes(30_000).hex()
    with closing(Database(at_home(home))) as database, database.write() as session:
        task, ada = session.scalars(select(Assignment)).one(), session.scalars(select(User)).one()
        for number in range(100, 300):
            hand_in(session, task, ada, number, noise)
    return home


LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_full_disk_is_said_and_changes_nothing(grader, large_home, file, tmp_path, command):
    grader("backup", file)
    before, whole = state(at_home(large_home)), file.read_bytes()
    arguments = ("backup", file, "--force") if command == "backup" else ("restore", file)
    process = start(large_home, *arguments, before=LIMIT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "was not written" in err if command == "backup" else "was not restored" in err
    assert (file.read_bytes(), state(at_home(large_home))) == (whole, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "site.backup"]


@pytest.mark.slow
def test_a_backup_killed_in_the_middle_leaves_the_old_one_and_the_next_one_tidies_up(
    grader, large_home, file, tmp_path
):
    grader("backup", file)
    whole, cut_short = file.read_bytes(), 0
    for delay in (0.0, 0.05, 0.1, 0.2, 0.3):
        process = start(large_home, "backup", file, "--force")
        while process.poll() is None and not (tmp_path / f".{file.name}.unfinished").exists():
            time.sleep(0.002)
        time.sleep(delay)
        process.kill()
        process.communicate()
        cut_short += process.returncode == -signal.SIGKILL
        assert len(file.read_bytes()) == pytest.approx(len(whole), rel=0.01)
    assert cut_short >= 2
    before = state(at_home(large_home))
    assert grader("backup", file, "--force")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "site.backup"]
    assert grader("restore", file)[0] == 0
    assert state(at_home(large_home)) == before


@pytest.mark.slow
def test_a_restore_killed_in_the_middle_leaves_all_old_or_all_new(grader, large_home, file, tmp_path):
    """Killed at many moments, the last steps among them; the folder is complete each time, and the former one is there."""
    grader("backup", file)
    backed_up = state(at_home(large_home))
    with closing(Database(at_home(large_home))) as database, database.write() as session:
        session.add(User(email="ben@example.org", name="Ben", created_at=MOMENT))
    later, cut_short = state(at_home(large_home)), 0
    for delay in (0.0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.2):
        process = start(large_home, "restore", file)
        while process.poll() is None and not list(tmp_path.glob(".home.restore-*")):
            time.sleep(0.001)
        time.sleep(delay)
        process.kill()
        process.communicate()
        cut_short += process.returncode == -signal.SIGKILL
        found = state(at_home(large_home))
        assert found in (later, backed_up)
        if found == backed_up:
            (old,) = [*tmp_path.glob("home.before-*"), *tmp_path.glob(".home.restore-*")]
            assert state(at_home(old)) == later
            break
    assert cut_short >= 2
    assert grader("restore", file)[0] == 0
    assert state(at_home(large_home)) == backed_up


STOPS = ("cli.restore.unpack", "cli.restore._give_to_owner", "cli.restore.swap", "cli.restore.Path.rename")


@pytest.mark.slow
@pytest.mark.parametrize("step", STOPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restore_killed_at_each_of_its_steps_leaves_all_old_or_all_new(grader, home, file, tmp_path, step, when):
    grader("backup", file)
    backed_up = state(at_home(home))
    with closing(Database(at_home(home))) as database, database.write() as session:
        session.add(User(email="ben@example.org", name="Ben", created_at=MOMENT))
    later = state(at_home(home))
    place, _, name = step.rpartition(".")
    killed = f"""
import os, signal, cli.restore
real = {step}
def stand_in(*arguments):
    if {when == "after"}:
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
{place}.{name} = stand_in
"""
    process = start(home, "restore", file, before=killed)
    _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, err
    found = state(at_home(home))
    assert found in (later, backed_up)
    if found == backed_up:
        (old,) = [*tmp_path.glob("home.before-*"), *tmp_path.glob(".home.restore-*")]
        assert state(at_home(old)) == later
    assert grader("restore", file)[0] == 0
    assert state(at_home(home)) == backed_up


@pytest.mark.slow
def test_a_backup_under_load_holds_one_moment(grader, home, file, tmp_path, monkeypatch):
    """Each submission is written together with its grade: a copy that had only one of them would be torn."""
    stopped, written = threading.Event(), []

    def write() -> None:
        with closing(Database(at_home(home))) as database:
            for number in range(1000, 100_000):
                if stopped.is_set():
                    return
                with database.write() as session:
                    task, ada = session.scalars(select(Assignment)).one(), session.scalars(select(User)).one()
                    hand_in(session, task, ada, number, "x" * 2000)
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for place in range(3):
            began = len(written)
            assert grader("backup", tmp_path / f"{place}.backup")[0] == 0
            monkeypatch.setenv("GRADER_HOME", str(tmp_path / f"copy{place}"))
            assert grader("restore", tmp_path / f"{place}.backup")[0] == 0
            monkeypatch.setenv("GRADER_HOME", str(home))
            found = state(at_home(tmp_path / f"copy{place}"))
            assert len(found["submissions"]) == len(found["grades"]) == len(found["audit"]) >= began + 3
            time.sleep(0.2)
    finally:
        stopped.set()
        writer.join()
    assert len(written) > 20


# PostgreSQL --------------------------------------------------------------------------------------------


@pytest.mark.service
def test_a_backup_moves_a_site_from_sqlite_to_postgresql_and_back(
    grader, home, file, tmp_path, monkeypatch, postgresql_url
):
    before = state(at_home(home))
    assert grader("backup", file)[0] == 0
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    assert grader("restore", file)[0] == 0
    assert state(postgresql_url) == before
    with closing(Database(postgresql_url)) as database, database.write() as session:
        session.add(User(email="ben@example.org", name="Ben", created_at=MOMENT))  # the numbers go on
    both = state(postgresql_url)

    assert grader("backup", tmp_path / "second.backup")[0] == 0
    monkeypatch.delenv("DATABASE_URL")
    assert grader("restore", tmp_path / "second.backup")[0] == 0
    assert state(at_home(home)) == both


@pytest.mark.service
def test_a_postgresql_that_holds_something_is_not_touched(grader, home, file, monkeypatch, postgresql_url):
    grader("backup", file)
    furnish(postgresql_url, submissions=1)
    before = state(postgresql_url)
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    code, _, err = grader("restore", file)
    assert (code, state(postgresql_url)) == (2, before)
    assert "holds data already" in err
    assert "createdb" in err


@pytest.mark.service
def test_what_fails_on_the_way_into_postgresql_leaves_it_empty(grader, home, file, monkeypatch, postgresql_url):
    grader("backup", file)
    real, rows = copying._count_on, []

    def fail_late(session, table):
        rows.append(session.scalar(select(func.count()).select_from(table)))
        if table.name == "audit":
            raise OSError(28, "No space left on device")
        real(session, table)

    monkeypatch.setattr(copying, "_count_on", fail_late)
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    code, _, err = grader("restore", file)
    assert code == 2
    assert "No space left on device" in err
    assert sum(rows) > 0
    assert not any(state(postgresql_url).values())
    monkeypatch.setattr(copying, "_count_on", real)
    assert grader("restore", file)[0] == 0


@pytest.mark.service
def test_a_database_that_does_not_answer_is_said(grader, home, file, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    code, _, err = grader("backup", file)
    assert code == 2
    assert "The database cannot be read" in err
    assert not file.exists()
