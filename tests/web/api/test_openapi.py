"""The OpenAPI document says what the views do: it is whole, valid, and its examples are possible."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from tests.web.api.conftest import ROOT
from web.api import examples, models
from web.api.describing import described


@pytest.fixture
def document(program):
    """Anybody may read it."""
    answer = program().get("openapi.json")
    assert answer.status_code == 200
    return answer.json


def test_every_address_of_the_interface_is_described(document, site):
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert len(rules) > 5
    for rule in rules:
        if rule.endpoint != "api.openapi":
            assert described(site.app.view_functions[rule.endpoint]), rule.endpoint
            path = rule.rule.removeprefix(ROOT).replace("<", "{").replace(">", "}")
            assert document["paths"][path]["post" if "POST" in rule.methods else "get"]["operationId"]


def test_every_operation_names_the_problems_that_come_everywhere(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403", "429", "500", "503"} <= set(operation["responses"]), (method, path)
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}


def test_every_reference_leads_somewhere(document):
    def references(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if "$ref" in part else []
            part = list(part.values())
        if isinstance(part, list):
            for one in part:
                yield from references(one)

    found = set(references(document))
    assert len(found) > 20
    for reference in found:
        here = document
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def test_the_examples_are_possible():
    for name, several in examples.ANSWERS.items():
        for one in several.values():
            TypeAdapter(getattr(models, name)).validate_python(one["value"])
    for one in examples.SENT.values():
        models.Sent.model_validate(one["value"])


def test_nothing_that_could_give_inputs_away_has_a_field(document):
    names = {name for schema in document["components"]["schemas"].values() for name in schema.get("properties", {})}
    assert "findings" in names
    assert not names & {"seed", "ticket", "fault", "idempotency_key", "user_id", "digest", "password"}
