"""What publishing an exercise takes and gives."""

from __future__ import annotations

from pydantic import Field

from web.api.models import Model, Words


class EditionFile(Model):
    """One file of an exercise: the module, a module of the package, or the translation."""

    path: str = Field(min_length=1, max_length=150, examples=["product_gradient.py", "zh/product_gradient.toml"])
    text: str = Field(max_length=500_000)


class SentEdition(Model):
    """All files of an exercise."""

    files: list[EditionFile] = Field(min_length=1, max_length=20)


class Edition(Model):
    """What is handed out now."""

    exercise: str
    edition: str = Field(examples=["70f32e5a8ca9e92b"])
    before: str | None = Field(description="The edition that was handed out until now; null for a new exercise.")
    title: Words
