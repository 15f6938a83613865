"""What those who run the site ask it: whether it lives, whether it is of use, and its numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from tests.web.conftest import Site, source
from web.application import create_app
from web.database.models import Submission
from web.database.schema import newest
from web.submissions import Upload, accept


@dataclass
class Bell:
    """The doorbell of a test: hears, or does not; `lengths` by lane."""

    heard: bool = True
    length: int = 0

    def ring(self, job, lane):
        return self.heard

    def answers(self):
        return self.heard

    def workers(self):
        if not self.heard:
            raise ConnectionError
        return ()

    def waiting(self, lane, device):
        if not self.heard:
            raise ConnectionError
        return self.length


@pytest.fixture
def services(services):
    return replace(services, doorbell=Bell())


@pytest.fixture
def broken(services, tmp_path):
    """A site whose database's folder is no folder."""
    (tmp_path / "file").write_text("")
    lost = replace(services.settings, database_url=f"sqlite:///{tmp_path}/file/site.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.database.session._make_folder", lambda path: None)
        made = replace(services, database=type(services.database)(lost.database_url))
    yield create_app(lost, made).test_client()
    made.database.close()


def test_a_site_without_database_and_broker_is_alive(broken, services):
    services.doorbell.heard = False
    assert broken.get("/healthz").json == {"status": "alive"}


def test_a_site_with_all_it_needs_is_ready(site):
    answer = site.client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_a_site_that_lacks_something_says_what(broken, services):
    services.doorbell.heard = False
    answer = broken.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["missing"] == {"database": "does not answer", "broker": "does not answer"}


def test_a_database_of_another_release_is_not_ready(site):
    """Else the new code would run on old tables for as long as the upgrade takes."""
    with site.services.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = site.client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["missing"] == {"database": f"is at revision 0000, not at {newest()}"}


# Numbers -------------------------------------------------------------------------------------------


def numbers(site: Site, client=None) -> dict[str, float]:
    """Each sample as `name{label=value,…}`."""
    answer = (client or site.client()).get("/metrics")
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_requests_are_counted_by_rule_and_never_by_address(site):
    browser = site.client("ada")
    browser.get("/courses/backprop")
    browser.get("/courses/not-there")
    browser.get("/no/such/address/of/ada@example.org")
    found = numbers(site)
    assert found["chainrule_requests_total{method=GET,rule=/courses/<course>,status=200}"] == 1
    assert found["chainrule_requests_total{method=GET,rule=/courses/<course>,status=404}"] == 1
    assert found["chainrule_requests_total{method=-,rule=-,status=404}"] == 1
    assert found["chainrule_request_seconds_count{method=GET,rule=/courses/<course>}"] == 2
    assert not any("ada" in name for name in found)


def test_uploads_by_page_are_counted_by_what_became_of_them(site):
    browser = site.client("ada")
    browser.post("/courses/backprop/product_gradient", data={"code": "x = 1\n"})
    browser.post("/courses/backprop/product_gradient", data={})
    site.clock.advance(days=8)  # longer than a session lasts
    site.client("ada").post("/courses/backprop/product_gradient", data={"code": "x = 1\n"})
    found = numbers(site)
    for outcome in ("accepted", "unreadable", "closed"):
        assert found[f"chainrule_uploads_total{{origin=page,outcome={outcome}}}"] == 1


def test_the_state_of_the_work_is_read_from_the_tables_and_queues(site):
    site.services.doorbell.length = 3
    for name in ("ada", "ben"):
        accept(site.services, site.people[name], site.assignments["product_gradient"], Upload(source()))
        site.clock.advance(seconds=10)
    with site.services.database.write() as session:
        session.query(Submission).filter_by(user_id=site.people["ben"]).update({"state": "ours"})
    found = numbers(site)
    assert found["chainrule_submissions{state=waiting}"] == 1
    assert found["chainrule_submissions{state=graded}"] == 0
    assert found["chainrule_submissions{state=ours}"] == 1
    assert found["chainrule_oldest_waiting_seconds"] == 20
    assert found["chainrule_queue_length{device=cpu,lane=students}"] == 3
    assert found["chainrule_broker_up"] == 1


def test_without_broker_or_anything_waiting_there_are_numbers_all_the_same(site):
    site.services.doorbell.heard = False
    found = numbers(site)
    assert found["chainrule_broker_up"] == 0
    assert found["chainrule_oldest_waiting_seconds"] == 0


def test_without_a_database_there_are_the_numbers_of_the_requests(broken):
    broken.get("/healthz")
    assert "chainrule_requests_total" in broken.get("/metrics").text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("172.18.0.4", {}, 200),
        ("8.8.8.8", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 404),
    ],
)
def test_numbers_are_for_near_addresses(site, address, headers, status):
    """A proxy that nobody told us of makes strangers look near."""
    answer = site.client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_where_a_token_is_set_only_it_opens_the_numbers(site):
    guarded = create_app(replace(site.services.settings, metrics_token="let me in"), with_token(site.services))
    client = guarded.test_client()
    far = {"REMOTE_ADDR": "8.8.8.8"}
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer let me out"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer let me in"}, environ_base=far)
    assert answer.status_code == 200


ONE_PROCESS = """
import sys
from pathlib import Path
from web.application import create_app
from web.settings import Settings
home = Path(sys.argv[1])
known = {"database_url": "sqlite://", "redis_url": f"unix://{home}/none", "secret_key": "x" * 32, "exercises": home}
client = create_app(Settings(home, **known, metrics_folder=home)).test_client()
for _ in range(int(sys.argv[2])):
    client.get("/healthz")
print(client.get("/metrics").text)
"""


@pytest.mark.slow
def test_the_numbers_of_several_processes_add_up(tmp_path):
    """Whichever of gunicorn's processes is asked answers for all."""

    def count(requests):
        surroundings = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        command = [sys.executable, "-c", ONE_PROCESS, str(tmp_path), str(requests)]
        said = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout
        (line,) = [
            line for line in said.splitlines() if line.startswith("chainrule_requests_total") and "healthz" in line
        ]
        return float(line.split()[-1])

    assert [count(3), count(2)] == [3, 5]


def with_token(services):
    return replace(services, settings=replace(services.settings, metrics_token="let me in"))
