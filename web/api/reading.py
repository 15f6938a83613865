"""What a request brings, read by the models; and answers, written by them."""

from __future__ import annotations

from typing import TypeVar

from flask import Response, current_app, request
from pydantic import BaseModel, Field, ValidationError

from grader.files import Source, read_bytes
from web import kinds
from web.api.models import From, Model, Sent
from web.problems import Problem
from web.pushes.origin import Origin
from web.uploads import source_of
from web.waiting import LONGEST

M = TypeVar("M", bound=Model)


class Wait(Model):
    """Of a submission's state."""

    wait: float = Field(0, ge=0, le=LONGEST, description="Seconds to wait for the grade.", examples=[20])


class Key(Model):
    """Headers of handing in."""

    idempotency_key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="The same key twice is the same submission. Take a new one for new files.",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    )


def answer(model: BaseModel, status: int = 200) -> Response:
    """A model as JSON."""
    return current_app.response_class(model.model_dump_json(), status, mimetype="application/json")


def query(model: type[M]) -> M:
    """The words after `?`. Raises Problem."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Problem(kinds.INVALID, errors=mistakes(error)) from error


def key() -> str | None:
    """The idempotency key, if there is one. Raises Problem."""
    try:
        return Key.model_validate({"Idempotency-Key": request.headers.get("Idempotency-Key")}).idempotency_key
    except ValidationError as error:
        raise Problem(kinds.BAD_KEY) from error


def handed_in() -> tuple[Source, Origin]:
    """What is handed in, and which commit it is of: a form with files, or JSON. Raises Problem and Unreadable."""
    if request.mimetype == "application/json":
        sent = body(Sent)
        return read_bytes(tuple((file.name, file.text.encode()) for file in sent.files)), _origin(sent)
    if request.mimetype == "multipart/form-data":
        return source_of(request), _origin(_form(From))
    raise Problem(kinds.WRONG_TYPE)


def _origin(sent: From) -> Origin:
    return Origin(sent.commit or "", sent.branch or "", sent.repository or "")


def _form(model: type[M]) -> M:
    """The fields of a form that a model knows; an empty one is not there."""
    given = {name: request.form[name] for name in model.model_fields if request.form.get(name)}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Problem(kinds.INVALID, errors=mistakes(error)) from error


def body(model: type[M]) -> M:
    """The JSON of a request. Raises Problem."""
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        broken = error.errors()[0]["type"] == "json_invalid"
        raise Problem(kinds.BAD_REQUEST if broken else kinds.INVALID, errors=mistakes(error)) from error


def mistakes(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """(where, what) of each, without the values: they may be long, or private."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple((".".join(map(str, one["loc"])), one["msg"]) for one in found[:20])
