"""The worker through its one door, the queues: a real Celery worker over a real embedded Valkey, and real boxes."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import assignments
from grader.asking import checks_answered
from grader.calls import Ran
from grader.errors import ExerciseError
from grader.messages import Began, Fault, Graded, Progress, Text, queue_of
from grader.plain import to_plain
from tests.serving import RIGHT, SLOW, WRONG, Site, Worker, gone, job, plain_report
from worker.broker import BrokerUnavailable, answering, broker, socket_path, url_of
from worker.sandbox.launch import SandboxUnavailable
from worker.settings import Settings
from worker.tasks import answer, make_app, receive
from worker.telling import SOON, Aside, Voice

service = pytest.mark.service
HOSTILE = Path(__file__).parent.parent / "hostile" / "programs"

# Verdicts ----------------------------------------------------------------------------------------------


@service
def test_a_right_submission_comes_back_with_all_its_points(served):
    site, _ = served
    site.ask(job("s1", RIGHT))
    message = site.verdict()
    assert isinstance(message, Graded)
    assert (message.report.points, message.report.out_of) == (6, 6)


@service
def test_a_wrong_submission_comes_back_with_its_thought(served):
    site, _ = served
    site.ask(job("s1", WRONG))
    report = plain_report(site.verdict())
    assert report.points < report.out_of
    assert [thought.code for thought in report.thoughts] == ["M35"]


@service
def test_an_answer_carries_its_jobs_ticket_and_follows_a_sign_of_life(served):
    """Where a student waits long, the site can say truthfully: it runs."""
    site, _ = served
    site.ask(job("s1", f"import time\ntime.sleep(0.3)\n{RIGHT}", ticket="t9", attempt=2))
    assert site.message() == Began("s1", "t9", 2)
    message = site.message()
    assert (message.submission, message.ticket, message.attempt) == ("s1", "t9", 2)


def test_what_is_done_at_once_is_not_announced_but_for_a_regrade():
    """Of a regrade's, only what is known to have begun counts when it gets lost."""
    said = []

    class Teller:
        def mention(self, lane, message):
            said.append((lane, message))

    aside = Aside(Teller())
    aside.start()
    for lane, name in (("students", "quick"), ("regrades", "again"), ("students", "slow")):
        voice = Voice(lane, Teller(), aside, threading.Event())
        voice.began(Began(name, "t", 0))
        if name == "quick":
            voice.over.set()
    time.sleep(3 * SOON)
    assert said == [("regrades", Began("again", "t", 0)), ("students", Began("slow", "t", 0))]


@service
def test_one_job_sent_ten_times_gives_ten_equal_reports(served):
    """The recorder keeps one: it must not matter which. Slots work side by side meanwhile."""
    site, _ = served
    site.ask(*[job("s1", WRONG)] * 10)
    reports = [plain_report(message) for message in site.verdicts(10)]
    assert reports == [reports[0]] * 10


@service
def test_words_that_are_hard_to_write_arrive(served):
    """A lone surrogate is what is left of a byte that is no text; a student's file may hold one."""
    site, _ = served
    source = f"# 反向传播 \ud800 \x00\n{RIGHT}".replace("\x00", "")
    site.ask(job("s1", source))
    assert plain_report(site.verdict()).files[0].text == source


@service
@pytest.mark.parametrize(
    "program",
    [
        "bomb_of_arrays",
        "bomb_of_forks",
        "leave_by_segfault_in_a_call",
        "kill_everything",
        "kill_the_group_by_child",
        "flood_stdout",
    ],
)
def test_a_hostile_submission_gets_its_report_and_the_next_one_is_served(served, program):
    site, worker = served
    site.ask(job("s1", (HOSTILE / f"{program}.py").read_text(encoding="utf-8")))
    site.ask(job("s2", RIGHT))
    found = {message.submission: plain_report(message) for message in site.verdicts(2)}
    assert found["s1"].points < found["s1"].out_of
    assert found["s2"].points == found["s2"].out_of
    assert worker.process.poll() is None


# Faults ------------------------------------------------------------------------------------------------


@service
@pytest.mark.parametrize("changes", [{"edition": "of yesterday"}, {"edition": "x", "exercise": "product_gradient"}])
def test_a_job_for_an_edition_that_is_not_here_is_a_fault_of_ours(served, changes):
    """While a new release is rolled out, a worker may be behind the site, or ahead of it."""
    site, _ = served
    site.ask(job("s1", **changes))
    message = site.verdict()
    assert isinstance(message, Fault)
    assert (message.whose, message.ticket) == ("ours", "ticket of s1")
    assert "no attempt was used up" in message.text.en


def test_an_exercise_that_is_not_here_is_a_fault_of_ours():
    from dataclasses import replace

    assert answer(replace(job("s1"), exercise="nowhere"), no_run).whose == "ours"


def no_run(request) -> Ran:
    raise AssertionError("nothing was to be run")


def test_progress_is_told_in_checks_as_students_count_them():
    """Eleven calls make four checks: two for the public one, then three, four and two."""
    plan = assignments.find("product_gradient").plan("7")
    sizes = [len(planned.calls) for planned in plan]
    assert plan[0].check.public
    found = [checks_answered(plan, calls) for calls in range(sum(sizes) + 1)]
    assert [done for done, _ in found] == [
        sum(sum(sizes[:n]) <= calls for n in (1, 2, 3, 4)) for calls in range(sum(sizes) + 1)
    ]
    assert {of for _, of in found} == {4}


@service
def test_how_far_a_long_job_is_is_told_while_it_runs(served):
    site, _ = served
    site.ask(job("s1", f"import time\n{RIGHT.replace(':', ': time.sleep(0.25);', 1).replace(chr(10) + '   ', '')}"))
    messages = []
    while not messages or not isinstance(messages[-1], Graded):
        messages.append(site.message())
    assert messages[0] == Began("s1", "ticket of s1", 0)
    progress = messages[1:-1]
    assert {type(message) for message in progress} == {Progress}
    assert 3 <= len(progress) <= 6  # eleven calls of a quarter of a second
    assert [message.done for message in progress] == sorted(message.done for message in progress)
    assert {(message.ticket, message.attempt, message.of) for message in progress} == {("ticket of s1", 0, 4)}
    assert messages[-1].report.all_passed


def test_what_tells_of_progress_makes_no_box_wait():
    """The broker is away, and publishing hangs."""
    gone_away = threading.Event()

    class Teller:
        def mention(self, lane, message):
            gone_away.wait()

    aside = Aside(Teller())
    aside.start()
    started = time.monotonic()
    for _ in range(2000):
        aside.tell("students", Began("s1", "t1", 0), threading.Event())
    assert time.monotonic() - started < 0.5
    gone_away.set()


def test_a_box_that_cannot_be_had_is_a_fault_of_ours():
    def run(request) -> Ran:
        raise SandboxUnavailable(Text("no namespaces", "没有命名空间"), Text("grader doctor", "grader doctor"))

    message = answer(job("s1"), run)
    assert (message.whose, message.detail) == ("ours", "no namespaces")


def test_an_exercise_that_fails_is_the_exercises_fault():
    def find(name, edition):
        raise ExerciseError("the reference raised")

    message = answer(job("s1"), no_run, find)
    assert (message.whose, message.detail) == ("exercise", "the reference raised")
    assert "exercise itself" in message.text.en


def test_what_nobody_foresaw_is_a_fault_of_ours(caplog):
    def run(request) -> Ran:
        raise OSError("too many open files")

    message = answer(job("s1"), run)
    assert message.whose == "ours"
    assert "too many open files" in message.detail
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("data", [None, [], {"submission": "s1"}, {**to_plain(type(job("s1")), job("s1")), "seed": 7}])
def test_what_is_no_job_is_dropped_and_logged_by_the_name_of_the_field(data, caplog):
    """There is no ticket to answer to; the site asks again, and gives up after three times."""
    receive(data, no_run, Unheard())
    assert "a message that is no job" in caplog.text
    assert caplog.records[0].why.startswith("job")


class Unheard:
    def began(self, message) -> None:
        pytest.fail(str(message))

    progress = settled = began


@service
def test_a_message_that_is_no_job_does_not_stop_the_worker(served):
    site, _ = served
    for body in ([{"no": "job"}], [], ["one", "too many"]):
        site.app.send_task("chainrule.grade", body, queue="students.cpu")
    site.app.send_task("nobody.knows.this", [], queue="students.cpu")
    site.ask(job("s1"))
    assert plain_report(site.verdict()).points == 6


# Logs --------------------------------------------------------------------------------------------------


def lines(worker: Worker) -> list[dict]:
    return [json.loads(line) for line in worker.log.read_text(encoding="utf-8").splitlines()]


@service
def test_a_log_is_json_lines_that_tell_of_each_job_and_of_no_secret(own):
    """Also what Celery says, of messages that it cannot read and of its own end."""
    settings, site = own
    worker = Worker(settings)
    site.ask(job("s1", f"# my secret thought\n{RIGHT}", seed="5eed5eed", request="r7"))
    site.ask(job("s2", f"# my secret thought\n{RIGHT}", seed="5eed5eed", edition="of yesterday"))
    site.verdicts(2)
    site.app.send_task("nobody.knows.this", ["my secret thought"], queue="students.cpu")
    site.ask(job("s3"))
    site.verdict()
    worker.stop()
    judged = {line["submission"]: line for line in lines(worker) if line["event"] == "judged"}
    assert {name: (line["outcome"], line["request"]) for name, line in judged.items()} == {
        "s1": ("graded", "r7"),
        "s2": ("fault", ""),
        "s3": ("graded", ""),
    }
    for line in lines(worker):
        assert (line["part"], line["time"][-1]) == ("worker", "Z")
        assert line["level"] in {"info", "warning", "error"}
    assert 0 < judged["s1"]["seconds"] < 60
    assert "worker: Warm shutdown (MainProcess)" in [line["event"] for line in lines(worker)]
    text = worker.log.read_text(encoding="utf-8")
    assert [word for word in ("secret thought", "5eed", "ticket") if word in text] == []


@service
def test_a_worker_that_cannot_start_says_why_in_one_line(tmp_path):
    tried = subprocess.run(
        ["env", "GRADER_DEVICES=tpu", sys.executable, "-m", "worker"], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 1
    line = json.loads(tried.stderr)
    assert (line["event"], "GRADER_DEVICES" in line["why"]) == ("cannot start", True)


# Queues ------------------------------------------------------------------------------------------------


def test_nothing_connects_before_it_is_used():
    """An app can be made where no broker is: the fast tests may not open a connection."""
    app = make_app(Settings(devices=("cpu", "gpu")), "redis://127.0.0.1:1/0")
    assert list(app.amqp.queues) == ["students.cpu", "students.gpu", "regrades.cpu", "regrades.gpu"]
    assert list(app.conf.accept_content) == ["json"]


@service
def test_students_go_before_regrades(own):
    """A regrade of a whole course is under way, and Ada hands in."""
    settings, site = own
    site.ask(*[job(f"regrade {n}") for n in range(8)], lane="regrades")
    site.ask(job("Ada's"))
    worker = Worker(settings)
    try:
        order = [message.submission for message in site.verdicts(9)]
    finally:
        worker.stop()
    assert "Ada's" in order[:2]  # there are two slots, and the second may be quicker


@service
def test_a_job_for_a_gpu_waits_for_a_worker_that_has_one(served):
    site, _ = served
    site.ask(job("s1", device="gpu"))
    with pytest.raises(queue.Empty):
        site.message(patience=1.0)
    assert site.app.connection().default_channel.client.delete(queue_of("students", "gpu")) == 1


# Ends --------------------------------------------------------------------------------------------------


@service
def test_sigterm_lets_the_work_under_way_be_finished(own):
    settings, site = own
    worker = Worker(settings)
    site.ask(job("s1", SLOW))
    assert isinstance(site.message(), Began)
    worker.signal(signal.SIGTERM)
    family = worker.family()
    assert worker.wait() == 0
    assert plain_report(site.verdict()).points == 6
    assert gone(family)


# The embedded broker -----------------------------------------------------------------------------------


@service
def test_the_broker_is_reached_by_its_user_only_and_by_no_network(tmp_path):
    settings = Settings(home=tmp_path)
    with broker(settings):
        path = socket_path(settings)
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o700
        assert make_site(settings).app.connection().default_channel.client.config_get("port") == {"port": "0"}


def make_site(settings: Settings) -> Site:
    return Site(settings, url_of(settings))


@service
def test_what_was_sent_is_still_there_when_the_broker_comes_back(tmp_path):
    settings = Settings(home=tmp_path)
    for count in (1, 2):
        with broker(settings):
            site = make_site(settings)
            site.ask(job("s1"))
            assert site.app.connection().default_channel.client.llen("students.cpu") == count
            site.close()


@service
def test_two_brokers_do_not_write_to_one_folder(tmp_path):
    with broker(Settings(home=tmp_path)), pytest.raises(BrokerUnavailable, match="another server works"):
        broker(Settings(home=tmp_path)).__enter__()


STARTS_A_BROKER = """
import sys, time
from pathlib import Path
from worker.broker import broker
from worker.settings import Settings

with broker(Settings(home=Path(sys.argv[1]))) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@service
def test_the_broker_goes_with_whoever_started_it(tmp_path):
    """kill -9 leaves no server behind, and the next start takes the folder over."""
    settings = Settings(home=tmp_path)
    line = [sys.executable, "-c", STARTS_A_BROKER, str(tmp_path)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout.readline().startswith("redis+socket://")
        server = answering(socket_path(settings))
        supervisor.kill()
    assert server
    assert gone({server})
    with broker(settings):
        pass


def test_a_folder_too_deep_for_a_socket_is_refused_in_words(tmp_path):
    with pytest.raises(BrokerUnavailable, match="choose a shorter folder"):
        broker(Settings(home=tmp_path / ("x" * 100))).__enter__()


def test_redis_url_names_the_broker_where_it_is_set():
    with broker(Settings(redis_url="rediss://grader:secret@queue.example/1")) as url:
        assert url == "rediss://grader:secret@queue.example/1"
    assert url_of(Settings(redis_url="unix:///run/redis.sock")) == "redis+socket:///run/redis.sock"
    assert "secret" not in repr(Settings(redis_url="redis://:secret@queue"))


# Settings ----------------------------------------------------------------------------------------------


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    for name, value in {"GRADER_HOME": str(tmp_path), "GRADER_DEVICES": "cpu, gpu", "REDIS_URL": "redis://r"}.items():
        monkeypatch.setenv(name, value)
    found = Settings.from_environment()
    assert (found.home, found.devices, found.redis_url) == (tmp_path, ("cpu", "gpu"), "redis://r")


def test_a_device_that_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv("GRADER_DEVICES", "tpu")
    with pytest.raises(ValueError, match="GRADER_DEVICES"):
        Settings.from_environment()
