"""Where a run of CI, which has no secret, gets a token for the one commit that it runs for."""

from __future__ import annotations

import logging

from flask import Response, current_app

from web.access import CARRIES_PROOF, allow
from web.api import reading
from web.api.describing import describe
from web.api.identities import GivenToken, SentIdentity
from web.api.views import api
from web.problems import Problem
from web.pushes.fetching import Reach
from web.pushes.identities import Distrusted, Run, verified
from web.pushes.keys import Keys, KeysAway, reach_of
from web.pushes.kinds import DISTRUSTED, ISSUER_AWAY, UNPROVEN, USED
from web.pushes.linking import address_of
from web.pushes.proving import Unproven, Used
from web.pushes.proving import exchange as exchanged
from web.services import services

NAME = "chainrule.keys"  # in Flask's extensions

log = logging.getLogger(__name__)


@api.post("/ci/token")
@allow(CARRIES_PROOF)
@describe(
    "Exchange the identity of a run of CI",
    {201: (GivenToken, "Good for a quarter of an hour, for handing in this commit and reading what becomes of it.")},
    problems=(400, 422),
    takes=SentIdentity,
)
def exchange() -> Response:
    """No secret is stored anywhere: the identity is signed by the issuer, and its repository was linked by a student.

    The first identity of a repository comes with the code of its page. An identity is good once: ask for a new one.
    """
    sent = reading.body(SentIdentity)
    run = _run(sent.identity)
    try:
        with services().database.write() as session:
            found = exchanged(session, run, sent.course or "", sent.link or "", services().clock())
            token, row, repository = found
            course = repository.course.slug
    except Unproven as error:
        raise Problem(UNPROVEN, error.text) from error
    except Used as error:
        raise Problem(USED) from error
    return reading.answer(
        GivenToken(
            token=token,
            expires_at=row.expires_at,
            course=course,
            exercise=row.exercise,
            repository=address_of(services().settings, repository),
            commit=run.commit,
        ),
        201,
    )


def _run(identity: str) -> Run:
    """Raises Problem."""
    settings = services().settings
    try:
        return verified(identity, settings.ci_issuers, _keys().find, settings.address, services().clock())
    except Distrusted as error:
        log.warning("identity of CI refused: %s", error)
        raise Problem(DISTRUSTED, error.text) from error
    except KeysAway as error:
        raise Problem(ISSUER_AWAY) from error


def _keys() -> Keys:
    """Those of this process."""
    like = Reach(frozenset(), services().settings.git_networks)
    found: Keys = current_app.extensions.setdefault(NAME, Keys(lambda issuer: reach_of(issuer, like)))
    return found
