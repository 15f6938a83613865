"""What the exchange of a CI's identity takes and gives."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from web.api.models import Model


class SentIdentity(Model):
    """The identity that GitHub Actions or GitLab signs for a run. Its audience is this site's address."""

    identity: str = Field(min_length=1, max_length=8000, examples=["eyJhbGciOiJSUzI1NiIs…"])
    course: str | None = Field(default=None, max_length=64, description="Only needed where there are several.")
    link: str | None = Field(default=None, max_length=64, description="`link` of chainrule.toml: for the first time.")


class GivenToken(Model):
    """A token for one commit of one repository."""

    token: str
    expires_at: datetime
    course: str
    exercise: str | None = Field(description="The one exercise that it is good for; null for all.")
    repository: str = Field(examples=["https://github.com/ada/homework"])
    commit: str
