"""The OpenAPI 3.1 document, put together from what the views say and the schemas that pydantic makes of the models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from werkzeug.routing import Rule

from web import kinds
from web.access import SIGNED_IN
from web.api import editions, examples, identities, models, reports
from web.api.describing import Described, described
from web.problems import MEDIA_TYPE

PREFIX = "/api/v1"
TAKEN = {
    models.Sent,
    models.SentFile,
    editions.SentEdition,
    editions.EditionFile,
    identities.SentIdentity,
}  # and not given
REF = "#/components/schemas/{model}"
Json = dict[str, Any]

ABOUT = """\
What the pages of the site do, for programs: see exercises, hand in, wait for the grade, read the report.

Every error is `application/problem+json` (RFC 9457) with a `request` id that finds the line in our log. Texts come in
both languages; only `title` and `detail` of problems follow Accept-Language. A program sends `Authorization: Bearer …`
with a token from the account page; a page of the site may use its session's cookie, and then sends `X-CSRFToken` with
every POST. Answers of 429 and 503 say in Retry-After when to come again: what was not answered by 200 or 201 was not
taken in, and handing in again with the same Idempotency-Key is always safe.
"""

PATHS = {
    "course": ("The name of a course.", "backprop"),
    "exercise": ("The name of an exercise.", "product_gradient"),
    "submission": ("The id of a submission.", "0bJlDo1yTWqVJxFv"),
}
PROBLEMS = {
    400: "BadRequest",
    401: "NotSignedIn",
    403: "Scope",
    404: "NotFound",
    409: "Refused",
    413: "TooLarge",
    415: "WrongType",
    422: "Invalid",
    429: "TooMany",
    500: "Fault",
    503: "Away",
}


def document(app: Flask) -> Json:
    """The whole document: paths in the order of their addresses."""
    rules = sorted(_rules(app), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
    paths: dict[str, Json] = {}
    for rule in rules:
        operation = _operation(app, rule)
        if operation:
            path = rule.rule.removeprefix(PREFIX).replace("<", "{").replace(">", "}")
            method = "post" if "POST" in (rule.methods or ()) else "get"
            paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chainrule", "version": "1", "summary": "Homework in backpropagation", "description": ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": _components(),
    }


def _rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api."))


def _operation(app: Flask, rule: Rule) -> Json | None:
    view = app.view_functions[rule.endpoint]
    said = described(view)
    if said is None:
        return None
    operation: Json = {
        "operationId": rule.endpoint.removeprefix("api."),
        "summary": said.summary,
        "parameters": [*_in_path(rule), *_words(said.query, "query"), *_words(said.headers, "header")],
        "responses": dict(_responses(said)),
    }
    if view.__doc__:
        operation["description"] = inspect.cleandoc(view.__doc__)
    if not getattr(view, "rule", SIGNED_IN).signed_in:
        operation["security"] = []
    if said.takes_files:
        operation["requestBody"] = _files()
    if said.takes:
        schema = {"$ref": REF.format(model=said.takes.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _in_path(rule: Rule) -> Iterator[Json]:
    for name in sorted(rule.arguments, key=rule.rule.index):
        words, example = PATHS[name]
        schema = {"type": "string", "minLength": 1, "maxLength": 100}
        yield {"name": name, "in": "path", "required": True, "description": words, "schema": schema, "example": example}


def _words(model: Any, where: str) -> Iterator[Json]:
    """The fields of a model as parameters."""
    if model is None:
        return
    for name, schema in model.model_json_schema()["properties"].items():
        kept = {key: value for key, value in schema.items() if key not in {"title", "description"}}
        yield {
            "name": name,
            "in": where,
            "required": False,
            "description": schema["description"],
            "schema": _without_null(kept),
        }


def _without_null(schema: Json) -> Json:
    """A parameter that is not given is not null: it is not there."""
    kinds_of = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if schema.get("default", 0) is None:
        del schema["default"]
    return {**(kinds_of[0] if kinds_of else {}), **schema}


def _responses(said: Described) -> Iterator[tuple[str, Json]]:
    for status, (model, words) in said.answers.items():
        name = model.__name__
        content: Json = {"schema": {"$ref": REF.format(model=name)}}
        if name in examples.ANSWERS:
            content["examples"] = examples.ANSWERS[name]
        headers = _location() if said.takes_files else {}
        yield str(status), {"description": words, "content": {"application/json": content}, **headers}
    for status in sorted(said.problems):
        yield str(status), {"$ref": f"#/components/responses/{PROBLEMS[status]}"}


def _location() -> Json:
    schema = {"type": "string"}
    return {"headers": {"Location": {"description": "The submission.", "schema": schema, "required": True}}}


def _files() -> Json:
    form = {
        "type": "object",
        "properties": {
            "file": {
                "type": "array",
                "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                "description": "`.py`, `.ipynb`, or a `.zip` of these. All together may have two megabytes.",
            }
        },
        "required": ["file"],
    }
    return {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": REF.format(model="Sent")}, "examples": examples.SENT},
            "multipart/form-data": {"schema": form},
        },
    }


def _components() -> Json:
    return {
        "schemas": _schemas(),
        "responses": {name: _problem(status) for status, name in PROBLEMS.items()},
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "A token from the account page."},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "chainrule",
                "description": "The site's own cookie (`__Host-chainrule` over HTTPS). A POST needs X-CSRFToken too.",
            },
        },
    }


def _schemas() -> Json:
    """Of every model that is taken or given."""
    given = [
        model
        for model in (
            *vars(models).values(),
            *vars(reports).values(),
            *vars(editions).values(),
            *vars(identities).values(),
        )
        if inspect.isclass(model) and issubclass(model, BaseModel) and _is_ours(model)
    ]
    ways = [(model, "validation" if model in TAKEN else "serialization") for model in given]
    _, made = models_json_schema(ways, ref_template=REF, schema_generator=GenerateJsonSchema)  # type: ignore[arg-type]
    schemas: Json = made["$defs"]
    return schemas


def _is_ours(model: type[BaseModel]) -> bool:
    """Whether it is one of what is said, and not what they are made from."""
    return (
        model.__module__ in {models.__name__, reports.__name__, editions.__name__, identities.__name__}
        and model is not models.Model
        and not model.__name__.startswith("_")
    )


def _problem(status: int) -> Json:
    kind = kinds.of(status)
    example = {
        "type": kind.type,
        "title": kind.title.en,
        "status": status,
        "detail": kind.whole.en,
        "instance": f"{PREFIX}/courses",
        "request": "0123456789abcdef",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}, "example": example}}
    made: Json = {"description": kind.title.en, "content": content}
    headers = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
    if status in headers:
        made["headers"] = {headers[status]: {"required": True, "schema": {"type": "string"}}}
    return made
