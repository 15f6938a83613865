"""Whose account it is that an institution vouches for. Why linking is so strict: docs/decisions.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import Explained
from grader.messages import Text
from web.accounts import invitations
from web.accounts.journal import note, user
from web.accounts.newcomers import EMAIL, LONGEST_NAME, Newcomer, settle
from web.database.models import Invitation, User

UNVERIFIED = Text(
    "Your institution has not confirmed that the e-mail address of your account is yours, so we cannot tell who you "
    "are. Have the address confirmed there, then sign in again.",
    "学校尚未确认你的邮箱，因此无法识别你的身份。请先在学校的系统里验证邮箱，再重新登录。",
)
HAS_PASSWORD = Text(
    "There is an account with your e-mail address that has a password. Sign in with the password, then connect your "
    "institution on the account page.",
    "你的邮箱已有一个设有密码的账号。请先用密码登录，再在账号页面绑定学校账号。",
)
CONNECTED = Text(
    "The account with your e-mail address is connected to another identity. Ask your instructor.",
    "这个邮箱的账号已绑定另一个身份。请联系老师。",
)
STRANGER = Text(
    "Nobody has invited you yet. Ask your instructor for an invitation, and sign in by its link.",
    "你还没有收到邀请。请向老师索取邀请链接，并通过该链接登录。",
)
DISABLED = Text("This account is closed. Ask your instructor.", "这个账号已停用。请联系老师。")


class Refused(Explained):
    """Nobody is let in; `text` says kindly why."""


@dataclass(frozen=True)
class Claims:
    """What a verified id token says. `email` is in lower case, and empty where the institution has not verified it."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""


def account_of(session: Session, claims: Claims, invitation: Invitation | None, moment: datetime) -> User:
    """The account, connected or made where that is safe. Raises Refused."""
    person = _known(session, claims) or _found_by_email(session, claims, moment)
    if person and person.disabled_at:
        raise Refused(DISABLED)
    if person is None:
        return _newcomer(session, claims, invitation, moment)
    if invitation and not invitations.join(session, invitation, person, moment):
        raise Refused(STRANGER)
    return person


def connect(session: Session, person: User, claims: Claims, moment: datetime) -> None:
    """Let an identity into an account whose owner has just proved, signed in, that it is theirs. Raises Refused."""
    if person.oidc_subject or _known(session, claims):
        raise Refused(CONNECTED)
    person.oidc_issuer, person.oidc_subject = claims.issuer, claims.subject
    note(session, moment, "identity connected", person.id, user(person.id), new=claims.issuer)


def _known(session: Session, claims: Claims) -> User | None:
    """By issuer and subject, which an institution gives to one person for ever; an e-mail may change hands."""
    return session.scalar(select(User).where(User.oidc_issuer == claims.issuer, User.oidc_subject == claims.subject))


def _found_by_email(session: Session, claims: Claims, moment: datetime) -> User | None:
    """An account without a key. One with a password may have been made by anybody who knew the e-mail."""
    if not claims.email:
        raise Refused(UNVERIFIED)
    person = session.scalar(select(User).where(User.email == claims.email))
    if person is None or person.disabled_at:
        return person
    if person.password:
        raise Refused(HAS_PASSWORD)
    connect(session, person, claims, moment)
    return person


def _newcomer(session: Session, claims: Claims, invitation: Invitation | None, moment: datetime) -> User:
    waiting = invitations.for_email(session, claims.email, moment)
    if invitation and invitation not in waiting:
        waiting.append(invitation)
    waiting = [one for one in waiting if one.email in {None, claims.email}]
    if not waiting or not EMAIL.fullmatch(claims.email):
        raise Refused(STRANGER)
    made = settle(session, Newcomer(_name(claims), claims.email, ""), None, moment)
    if made is None:
        raise Refused(CONNECTED)
    made.oidc_issuer, made.oidc_subject = claims.issuer, claims.subject
    joined = [invitations.join(session, one, made, moment) for one in waiting]
    if not any(joined):
        raise Refused(STRANGER)
    return made


def _name(claims: Claims) -> str:
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in claims.name).split())
    return shown[:LONGEST_NAME] or claims.email.partition("@")[0][:LONGEST_NAME]
