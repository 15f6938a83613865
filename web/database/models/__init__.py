"""The tables. A submission's row is the truth about it; what travels on the queues only rings the bell."""

from web.database.models.people import ApiToken, Invitation, OneTimeKey, Pairing, SignIn, User
from web.database.models.publishing import Noticed, Publication
from web.database.models.regrading import Regrade, Shadow
from web.database.models.teaching import Arrangement, Assignment, Column, Course, Mark, Membership, Push, Repository
from web.database.models.work import Audit, Comment, Grade, ScoreChange, Submission

__all__ = [
    "ApiToken",
    "Arrangement",
    "Assignment",
    "Audit",
    "Column",
    "Comment",
    "Course",
    "Grade",
    "Invitation",
    "Mark",
    "Membership",
    "Noticed",
    "OneTimeKey",
    "Pairing",
    "Publication",
    "Push",
    "Regrade",
    "Repository",
    "ScoreChange",
    "Shadow",
    "SignIn",
    "Submission",
    "User",
]
