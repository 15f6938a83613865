"""Making an account: what is asked, and what is wrong with the answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.messages import Text
from web.accounts import passwords
from web.accounts.journal import note, user
from web.database.models import Invitation, User

EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@[^@\s<>\"',;:()\[\]\\]{1,185}\.[^@\s.<>\"',;:()\[\]\\]{2,63}")
LONGEST_NAME = LONGEST_GROUP = 100


@dataclass(frozen=True)
class Newcomer:
    """What somebody typed."""

    name: str
    email: str
    password: str = field(repr=False)

    def mistakes(self, invitation: Invitation) -> dict[str, Text]:
        """What has to be mended, by field."""
        found = {
            "name": mistake_in_name(self.name),
            "email": self._mistake_in_email(invitation),
            "password": passwords.weakness(self.password, self.name, self.email),
        }
        return {name: text for name, text in found.items() if text}

    def _mistake_in_email(self, invitation: Invitation) -> Text | None:
        if not EMAIL.fullmatch(self.email):
            return Text("Write an e-mail address, such as ada@example.org.", "请填写邮箱地址，例如 ada@example.org。")
        if invitation.email not in {None, self.email}:
            return Text("This invitation was made for another e-mail address.", "这个邀请是发给另一个邮箱的。")
        return None


TAKEN = Text(
    "An account with this e-mail cannot be made. If you have one, sign in above instead.",
    "无法用这个邮箱创建账号。如果你已有账号，请用上面的链接登录。",
)


def mistake_in_name(name: str) -> Text | None:
    """What is wrong with how somebody wants to be called."""
    if 0 < len(name) <= LONGEST_NAME and name.isprintable():
        return None
    return Text(f"Write your name, in at most {LONGEST_NAME} letters.", f"请填写姓名，最多 {LONGEST_NAME} 个字。")


def mistake_in_group(group: str) -> Text | None:
    """What is wrong with the name of a tutorial's group; none is fine."""
    if len(group) <= LONGEST_GROUP and (not group or group.isprintable()):
        return None
    en = f"A group has at most {LONGEST_GROUP} letters, all of which can be seen."
    return Text(en, f"小组名最多 {LONGEST_GROUP} 个字，且不能含有不可见字符。")


def settle(session: Session, newcomer: Newcomer, password: str | None, moment: datetime) -> User | None:
    """The new account; None where its e-mail is taken. password: hashed, None for one who comes by OIDC."""
    if session.scalar(select(User.id).where(User.email == newcomer.email)):
        return None
    made = User(email=newcomer.email, name=newcomer.name, password=password, created_at=moment)
    session.add(made)
    session.flush()
    note(session, moment, "account made", made.id, user(made.id))
    return made
