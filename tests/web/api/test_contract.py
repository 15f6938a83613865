"""schemathesis draws requests from the OpenAPI document, good ones and bad ones, and holds every answer against it."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from dataclasses import replace

import pytest
from flask import jsonify
from werkzeug.serving import make_server

from grader.messages import Fault, Text
from tests.web.api.conftest import ROOT, grade, row
from web.recorder import record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # of what it brings along
]

# A text can be valid JSON and no notebook, a name can come twice: no schema says so, but 422 does; 409 comes too late.
POSSIBLE = ["2xx", "401", "403", "404", "409", "422"]
STEADY = {"cache": {"enabled": False}, "suppress-health-check": ["all"], "seed": 1, "workers": 1}


@pytest.fixture
def settings(settings):
    """Schemathesis asks more often than a person may."""
    return replace(settings, uploads_a_minute=10**6, requests_a_minute=10**6)


@pytest.fixture
def address(site, monkeypatch):
    """The site behind a server of its own; who waits there does not wait long."""
    monkeypatch.setattr("web.waiting.LONGEST", 0.02)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{ROOT}"
    server.shutdown()
    thread.join()
    server.server_close()


def described(site, ada, address):
    """The document as it is served, with names that exist: of others there would be nothing to see but 404."""
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    config = SchemathesisConfig.from_dict(
        STEADY
        | {
            "auth": {"openapi": {"token": {"bearer": ada.token}}},
            "generation": {"max-examples": 20, "mode": "all", "deterministic": True, "database": "none"},
            "checks": {"positive_data_acceptance": {"expected-statuses": POSSIBLE}},
        }
    )
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)
    known = {"course": ["backprop"], "exercise": ["product_gradient"], "submission": submissions(site, ada)}
    for methods in schema.raw_schema["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = {"enum": known[parameter["name"]]}
                    parameter.pop("example")
    return schema


def submissions(site, ada):
    """One that waits, one that is graded, one with a fault of ours."""
    made = [ada.hand_in().json["submission"] for _ in range(3)]
    grade(site, made[1])
    found = row(site, made[2])
    record(site.services, [Fault(found.id, found.ticket, 0, "exercise", Text("our fault", "我们的故障"))])
    return made


def outcomes(schema):
    """What came back, by operation and status; what was wrong with it; and what schemathesis itself tripped over."""
    from schemathesis.engine import events, from_schema

    answers, wrong, errors = Counter(), [], []
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(event)
        if isinstance(event, events.ScenarioFinished):
            for one in event.recorder.interactions.values():
                answers[event.recorder.label, one.response and one.response.status_code] += 1
            checks = [check for checks in event.recorder.checks.values() for check in checks]
            wrong += [(event.recorder.label, one.name, one.failure_info.failure) for one in checks if one.failure_info]
    return answers, wrong, errors


def test_every_answer_is_one_that_the_document_promises(site, ada, address):
    """All checks that schemathesis has, in all its phases."""
    answers, wrong, errors = outcomes(described(site, ada, address))
    assert errors == []
    assert wrong == []
    assert {status for _, status in answers} >= {200, 201, 400, 401, 404, 405, 415, 422}


def test_an_answer_that_was_not_promised_is_found(site, ada, address):
    """Else the test above could not fail."""
    view = site.app.view_functions["api.whoami"]
    site.app.view_functions["api.whoami"] = functools.wraps(view)(lambda: jsonify(name="Ada", seed="5eed"))
    _, wrong, _ = outcomes(described(site, ada, address).include(path="/whoami"))
    assert "response_schema_conformance" in {check for _, check, _ in wrong}
