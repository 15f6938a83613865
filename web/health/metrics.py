"""The site's numbers. Requests and refusals are counted here; the state of the work is asked of the tables and queues.

Where gunicorn has several processes, PROMETHEUS_MULTIPROC_DIR names the folder in which they add up.
"""

from __future__ import annotations

import collections
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.messages import Lane
from web.database.base import State
from web.database.models import Grade, Submission
from web.services import Services

NAME = "chainrule.metrics"  # in Flask's extensions
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30)  # bounds of the histogram
UPLOADS = {"students.hand_in": "page", "api.submit": "api"}
STATES: tuple[State, ...] = ("waiting", "graded", "ours")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Metrics:
    """The counters of one application; a registry of its own, for there may be several in one process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    uploads: Counter = field(init=False)

    def __post_init__(self) -> None:
        made = {
            "requests": Counter(
                "chainrule_requests", "Requests answered.", ("rule", "method", "status"), registry=self.registry
            ),
            "seconds": Histogram(
                "chainrule_request_seconds",
                "How long requests took.",
                ("rule", "method"),
                buckets=SECONDS,
                registry=self.registry,
            ),
            "uploads": Counter(
                "chainrule_uploads", "Uploads, by what became of them.", ("origin", "outcome"), registry=self.registry
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)


def register(app: Flask) -> None:
    """Count every request of an application."""
    app.extensions[NAME] = Metrics()
    app.after_request(count)


def count(response: Response) -> Response:
    """One answered request. Addresses are counted by their rule: there are few of these, and no names in them."""
    known = {"rule": str(request.url_rule or "-"), "method": request.method if request.url_rule else "-"}
    metrics().requests.labels(**known, status=str(response.status_code)).inc()
    metrics().seconds.labels(**known).observe(time.monotonic() - g.began)
    if request.endpoint in UPLOADS and request.method == "POST":
        _count_upload(UPLOADS[request.endpoint], response.status_code)
    return response


def _count_upload(origin: str, status: int) -> None:
    """By what became of it. Who refuses one says why in `g.refused`."""
    outcome = {201: "accepted", 303: "accepted", 200: "repeated"}.get(status) or g.get("refused", str(status))
    metrics().uploads.labels(origin=origin, outcome=outcome).inc()


def metrics() -> Metrics:
    """Those of the application that serves this request."""
    return cast("Metrics", current_app.extensions[NAME])


def exposition(services: Services) -> bytes:
    """All numbers as Prometheus reads them: of all processes, and of the tables and queues at this moment."""
    registry = metrics().registry
    if services.settings.metrics_folder:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(services.settings.metrics_folder))  # type: ignore[no-untyped-call]
    now = CollectorRegistry()
    now.register(Work(services))
    return generate_latest(registry) + generate_latest(now)


@dataclass(frozen=True, eq=False)
class Work(Collector):
    """How it stands with the submissions. What cannot be asked at the moment is left out."""

    services: Services

    def collect(self) -> Iterator[Metric]:
        """Asked at each scrape."""
        try:
            with self.services.database.read() as session:
                yield from _submissions(session)
                yield from _ages(session, self.services)
                queues = _queues(session)
        except SQLAlchemyError as error:
            log.warning("no numbers of the tables: %s", type(error).__name__)
            return
        yield from _lengths(self.services, queues)


def _submissions(session: Session) -> Iterator[Metric]:
    counted = dict(session.execute(select(Submission.state, func.count()).group_by(Submission.state)).all())
    family = GaugeMetricFamily("chainrule_submissions", "Submissions by state.", labels=["state"])
    for state in STATES:
        family.add_metric([state], counted.get(state, 0))
    yield family


def _ages(session: Session, services: Services) -> Iterator[Metric]:
    oldest = session.scalar(select(func.min(Submission.created_at)).where(Submission.state == "waiting"))
    age = (services.clock() - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily("chainrule_oldest_waiting_seconds", "Age of what has waited longest; 0: nothing.", age)
    last = session.scalar(select(func.max(Grade.graded_at)))
    if last:
        age = (services.clock() - last).total_seconds()
        yield GaugeMetricFamily("chainrule_last_graded_seconds", "Time since a grade was last written down.", age)


def _queues(session: Session) -> set[tuple[str, str]]:
    """The queues that exist anyway, and those for which something waits."""
    found = select(Submission.lane, Submission.device).where(Submission.state == "waiting").distinct()
    return {("students", "cpu"), ("regrades", "cpu"), *session.execute(found).all()}


def _lengths(services: Services, queues: set[tuple[str, str]]) -> Iterator[Metric]:
    family = GaugeMetricFamily("chainrule_queue_length", "Jobs in each queue.", labels=["lane", "device"])
    up = 1
    try:
        for lane, device in sorted(queues):
            family.add_metric([lane, device], services.doorbell.waiting(cast("Lane", lane), device))
        yield family
        yield _workers(services)
    except OSError:
        up = 0
    yield GaugeMetricFamily("chainrule_broker_up", "Whether the broker answers.", up)


def _workers(services: Services) -> Metric:
    """Raises OSError where the broker is away."""
    found = collections.Counter(device for worker in services.doorbell.workers() for device in worker.devices)
    family = GaugeMetricFamily("chainrule_workers", "Workers that live, by what they can grade on.", labels=["device"])
    for device in sorted({"cpu", "gpu", *found}):
        family.add_metric([device], found[device])
    return family
