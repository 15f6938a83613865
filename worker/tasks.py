"""The Celery app: a job comes out of a queue, is judged in a box of its own, and a message goes back on another queue.

Made from Settings by `make_app`; nothing here connects or reads the environment when it is imported. What was chosen
for Celery, and why, stands in docs/decisions.md.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
import torch
from celery import Celery
from celery.signals import worker_ready
from kombu.entity import Queue

from grader.asking import checks_answered
from grader.calls import Ran, Request, Run
from grader.errors import ExerciseError
from grader.exercise import Exercise
from grader.grading import answer_key, grade
from grader.messages import GRADE, LANES, Began, Fault, Graded, Job, Lane, Progress, Text, queue_of
from grader.plain import Plain, from_plain, to_plain
from worker.announcing import Announcer, presence
from worker.finding import Finder, installed
from worker.pool import Slots
from worker.sandbox.inside.compiler import leave_out
from worker.sandbox.launch import Sandbox, SandboxUnavailable
from worker.settings import Settings
from worker.telling import Aside, Teller, Voice

Heard = Callable[[int], None]  # is told how many calls are answered
Boxes = Callable[[Request, Heard], Ran]
Find = Callable[[str, str], Exercise]  # by name and edition

log = logging.getLogger(__name__)

UNCOUNTED = Text("Nothing was counted, and no attempt was used up.", "没有计分，也没有用掉提交次数。")
OURS = Text("We could not grade this: a fault of ours. ", "没能评分，这是我们的故障。")
SHEETS = Text("We could not grade this: the exercise itself has a fault. ", "没能评分，题目本身有错误。")


def make_app(settings: Settings, url: str) -> Celery:
    """An app that speaks to the broker at `url` once it is used; `settings.devices` are what it listens for."""
    app = Celery("chainrule", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=False,
        task_queues=[queue(lane, device) for lane in LANES for device in settings.devices],
        task_default_queue=queue_of(LANES[0], settings.devices[0]),
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "ack_emulation": False,  # what is taken is gone: the site sends again what is not answered, and counts it
            "queue_order_strategy": "priority",
            "priority_steps": [0],
        },
    )
    return app


def queue(lane: Lane, device: str) -> Queue:
    """One of the queues that a worker listens to."""
    return Queue(queue_of(lane, device))  # type: ignore[no-untyped-call]


def serve(settings: Settings, url: str) -> int:
    """Grade what comes in until SIGTERM, which lets what is under way be finished; the exit code.

    The one place where box, exercises, judge and queues are put together. Raises SandboxUnavailable.
    """
    leave_out()
    torch.set_num_threads(1)  # the cores belong to the boxes, and a pool of threads for each slot would fight for them
    with Sandbox(settings) as sandbox:
        sandbox.warm_up("torch")
        sandbox.warm_up("plain")
        if sandbox.lender:
            sandbox.warm_up("gpu")
        app = make_app(settings, url)
        accept_jobs(app, Teller(url), sandbox.run, Finder(settings.published))
        worker_ready.connect(_say_ready)
        worker = app.Worker(
            pool=Slots,
            concurrency=settings.slots,
            quiet=True,
            loglevel=logging.INFO,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        with Announcer(app, lambda: presence(settings, sandbox)):
            worker.start()
        return int(worker.exitcode or 0)


def _say_ready(**_: object) -> None:
    log.info("ready for jobs")  # what a supervisor waits for


def accept_jobs(app: Celery, teller: Teller, boxes: Boxes, find: Find) -> None:
    """Register the one task there is."""
    aside = Aside(teller)
    aside.start()

    @app.task(name=GRADE, bind=True)  # type: ignore[untyped-decorator]
    def grade_job(task: Any, data: Plain) -> None:
        lane = lane_of(task.request.delivery_info)
        receive(data, boxes, Voice(lane, teller, aside, threading.Event()), find)


def lane_of(delivery: Mapping[str, Any]) -> Lane:
    """The lane of the queue from which a job was taken."""
    name = str(delivery.get("routing_key")).partition(".")[0]
    return next((lane for lane in LANES if lane == name), LANES[0])


def receive(data: Plain, boxes: Boxes, voice: Voice, find: Find = installed) -> None:
    """Judge one job and tell what came of it.

    What is not a job is dropped: there is nobody to tell.
    """
    try:
        job = from_plain(Job, data, "job")
    except ValueError as error:
        log.error("a message that is no job", extra={"why": str(error)})  # noqa: TRY400 - the stack says no more
        return
    structlog.contextvars.bind_contextvars(submission=job.submission, attempt=job.attempt, request=job.request)
    try:
        started = time.monotonic()
        voice.began(Began(job.submission, job.ticket, job.attempt))
        message = answer(job, followed(job, boxes, voice, find), find)
        voice.settled(message)
        log.info("judged", extra=outcome(message) | {"seconds": round(time.monotonic() - started, 3)})
    finally:
        structlog.contextvars.clear_contextvars()


def outcome(message: Graded | Fault) -> dict[str, str]:
    """What the log says of a message: never what a student wrote, nor the seed."""
    if isinstance(message, Graded):
        return {"outcome": "graded"}
    return {"outcome": "fault", "whose": message.whose, "why": message.detail}


def followed(job: Job, boxes: Boxes, voice: Voice, find: Find) -> Run:
    """The same boxes, of whose progress the site hears: in checks, as students count."""
    answered = 0  # in the boxes before: there is one for each device

    def heard(calls: int) -> None:
        plan = answer_key(find(job.exercise, job.edition), job.seed, job.device).plan  # known by now
        voice.progress(Progress(job.submission, job.ticket, job.attempt, *checks_answered(plan, answered + calls)))

    def run(request: Request) -> Ran:
        nonlocal answered
        ran = boxes(request, heard)
        answered += len(request.calls)
        return ran

    return run


def answer(job: Job, run: Run, find: Find = installed) -> Graded | Fault:
    """The report on a job, or whose fault it is that there is none: never the student's."""
    try:
        exercise = find(job.exercise, job.edition)
        if exercise.edition != job.edition:
            return fault(job, "ours", f"this worker has edition {exercise.edition}, the job asks for {job.edition}")
        return Graded(job.submission, job.ticket, job.attempt, grade(job, exercise, run))
    except SandboxUnavailable as refusal:
        return fault(job, "ours", str(refusal))
    except ExerciseError as error:
        return fault(job, "exercise", str(error))
    except Exception as error:  # the boundary: whatever went wrong, the site hears of it, and the next job is served
        log.exception("could not be judged")
        return fault(job, "ours", repr(error))


def fault(job: Job, whose: Any, detail: str) -> Fault:
    """What the site is told where there is no report; `detail` is for staff."""
    blame = OURS if whose == "ours" else SHEETS
    text = Text(blame.en + UNCOUNTED.en, blame.zh + UNCOUNTED.zh)
    return Fault(job.submission, job.ticket, job.attempt, whose, text, detail)


def ask(app: Celery, job: Job, lane: Lane = "students") -> None:
    """Send a job, as the site does. Files and seed stay out of the headers, which are logged more readily."""
    app.send_task(GRADE, [to_plain(Job, job)], queue=queue_of(lane, job.device), argsrepr="", kwargsrepr="")
