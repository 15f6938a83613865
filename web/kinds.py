"""The kinds of problems that the site can answer with, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.files import LARGEST, Unreadable
from grader.messages import Text
from web.refusals import Refused

NOTHING = Text("Nothing was taken in and no attempt was used up.", "没有收下任何内容，也没有用掉提交次数。")
LOOK = Text(
    "If you were handing something in, see in the list of your attempts whether it has arrived before you try again.",
    "如果你正在提交作业，请先在提交记录里确认是否已经收到，再决定要不要重试。",
)
SILENT = Text("", "")


@dataclass(frozen=True)
class Kind:
    """What happened, whether anything was counted, and what to do. retry_after: seconds; 0 where trying is no use."""

    name: str
    status: int
    title: Text
    what: Text
    counts: Text = SILENT
    todo: Text = SILENT
    retry_after: int = 0

    @property
    def type(self) -> str:
        """The URI that tells programs which problem this is."""
        return f"urn:problem-type:chainrule:{self.name}"

    @property
    def whole(self) -> Text:
        """All sentences."""
        parts = [part for part in (self.what, self.counts, self.todo) if part != SILENT]
        return Text(" ".join(part.en for part in parts), "".join(part.zh for part in parts))


BAD_REQUEST = Kind(
    "bad-request",
    400,
    Text("This request cannot be understood", "无法理解这个请求"),
    Text("What arrived is damaged or not in the agreed form.", "收到的内容损坏，或者不符合约定的格式。"),
    NOTHING,
    Text("Go back, load the page again and repeat.", "请返回上一页，刷新后重试。"),
)
BAD_KEY = Kind(
    "bad-key",
    400,
    Text("This Idempotency-Key cannot be used", "这个 Idempotency-Key 不能用"),
    Text("It must have 1 to 100 visible ASCII characters.", "它必须由 1 到 100 个可见的 ASCII 字符组成。"),
    NOTHING,
)
FORM = Kind(
    "form-expired",
    400,
    Text("This form has expired", "这个表单已过期"),
    Text(
        "The form does not belong to your present session, or its protection (the CSRF token) is missing.",
        "表单不属于当前的登录，或缺少安全令牌（CSRF）。",
    ),
    NOTHING,
    Text("Go back, load the page again and send it once more.", "请返回上一页，刷新后再提交一次。"),
)
SIGN_IN = Kind(
    "not-signed-in",
    401,
    Text("Sign in first", "请先登录"),
    Text("This needs a session or a valid API token.", "这里需要登录，或使用有效的 API 令牌。"),
    NOTHING,
    Text(
        "A token may have run out or been revoked: make a new one on your account page.",
        "令牌可能已过期或被撤销：请在账号页面新建一个。",
    ),
)
FORBIDDEN = Kind(
    "forbidden",
    403,
    Text("You may not do this", "你没有这个权限"),
    Text(
        "Your account may not do this, or not without a second factor.",
        "你的账号不能进行这个操作，或者需要先开启两步验证。",
    ),
    NOTHING,
)
SCOPE = Kind(
    "scope",
    403,
    Text("This token may not do this", "这个令牌没有相应权限"),
    Text("The API token lacks the scope that is needed.", "这个 API 令牌缺少所需的权限范围。"),
    NOTHING,
    Text("Make a token with this scope on your account page.", "请在账号页面新建一个具有该权限的令牌。"),
)
NOT_FOUND = Kind(
    "not-found",
    404,
    Text("There is nothing here", "这里什么也没有"),
    Text("The address is wrong, or what is there is not for you.", "地址有误，或者该内容不对你开放。"),
    todo=Text("Check the address, or begin at the start page.", "请检查地址，或从首页重新进入。"),
)
NO_REPORT = Kind(
    "no-report",
    404,
    Text("There is no report yet", "还没有报告"),
    Text("The submission has not been graded yet.", "这次提交还没有评分。"),
    todo=Text("Ask for the submission's state, with ?wait=20.", "请查询提交的状态，可加上 ?wait=20。"),
)
NOT_OPEN_YET = Kind(
    "not-open-yet",
    404,
    Text("This exercise is not open yet", "这道题还没有开放"),
    Text("Its statement can be read from `opens_at` on.", "到 `opens_at` 之后才能看到题面。"),
)
WRONG_METHOD = Kind(
    "method",
    405,
    Text("This cannot be done here", "这里不能这样操作"),
    Text("This address does not know the method of your request.", "这个地址不支持所用的请求方法。"),
    NOTHING,
)
CONFLICT = Kind(
    "conflict",
    409,
    Text("This does not fit what is there", "与现有内容冲突"),
    Text("Somebody else has changed it in the meantime.", "在此期间有人做了修改。"),
    NOTHING,
    Text("Load the page again and repeat.", "请刷新页面后重试。"),
)
TOO_LARGE = Kind(
    "too-large",
    413,
    Text("This is too large", "内容太大"),
    Text(
        f"All files together may have {LARGEST // 1_000_000} MB at most.",
        f"全部文件合计不能超过 {LARGEST // 1_000_000} MB。",
    ),
    NOTHING,
    Text("Clear the outputs of a notebook, and leave out data and pictures.", "请清除笔记本的输出，并去掉数据和图片。"),
)
WRONG_TYPE = Kind(
    "media-type",
    415,
    Text("Send files as a form or as JSON", "请用表单或 JSON 发送文件"),
    Text(
        "The body must be multipart/form-data with `file`, or application/json with `files`.",
        "请求体必须是带 `file` 的 multipart/form-data，或带 `files` 的 application/json。",
    ),
    NOTHING,
)
INVALID = Kind(
    "invalid",
    422,
    Text("This request has mistakes", "请求有误"),
    Text("Some values are missing, too long or of the wrong kind.", "有的值缺失、过长或类型不对。"),
    NOTHING,
)
UNREADABLE = Kind(
    "unreadable",
    422,
    Text("These files cannot be used", "这些文件无法使用"),
    Text("The files cannot be read as Python or as a notebook.", "无法把这些文件读作 Python 或笔记本。"),
    NOTHING,
)
KEY_REUSED = Kind(
    "key-reused",
    422,
    Text("This Idempotency-Key belongs to other files", "这个 Idempotency-Key 属于另一份文件"),
    Text("The key was used before, for files that are not these.", "这个键之前用过，但当时的文件与这次不同。"),
    NOTHING,
    Text("Take a new key for new files.", "新的文件请使用新的键。"),
)
COMMIT_CHANGED = Kind(
    "commit-changed",
    409,
    Text("This commit was handed in with other files", "这个 commit 已提交过，但文件不同"),
    Text(
        "A commit never changes, but these files are not those that came with it before.",
        "commit 的内容不会改变，但这些文件与之前随它提交的不一样。",
    ),
    NOTHING,
    Text("Commit the files as they are now, and push.", "请把现在的文件重新 commit，然后 push。"),
)
TOO_MANY = Kind(
    "too-many",
    429,
    Text("Too many requests", "请求过于频繁"),
    Text("So many requests came from you that we must slow you down.", "你的请求太多，需要放慢一些。"),
    NOTHING,
    Text("Wait a minute, then go on.", "请等一分钟再继续。"),
    retry_after=60,
)
OURS = Kind(
    "fault",
    500,
    Text("Something broke on our side", "我们这边出了故障"),
    Text("It is not your mistake, and it was written down.", "不是你的错，故障已被记录。"),
    todo=LOOK,
)
DATABASE_AWAY = Kind(
    "database-away",
    503,
    Text("The site cannot work for a moment", "网站暂时无法工作"),
    Text("Our database does not answer.", "我们的数据库没有响应。"),
    NOTHING,
    Text("Keep your file and try again in a minute.", "请保留文件，过一分钟再试。"),
    retry_after=30,
)
CLOSED = Kind("closed", 409, Text("The deadline has passed", "截止时间已过"), SILENT, NOTHING)
NOT_OPEN = Kind("not-open", 409, Text("This exercise is not open yet", "这道题还没有开放"), SILENT, NOTHING)
NO_ATTEMPTS = Kind("no-attempts", 409, Text("No attempts are left", "提交次数已用完"), SILENT, NOTHING)
GONE = Kind("gone", 409, Text("This exercise is not available", "这道题暂时不可用"), SILENT, NOTHING)

_REFUSED = {"closed": CLOSED, "not open": NOT_OPEN, "no attempts": NO_ATTEMPTS, "gone": GONE}

_USUAL = {
    kind.status: kind
    for kind in (
        BAD_REQUEST,
        SIGN_IN,
        FORBIDDEN,
        NOT_FOUND,
        WRONG_METHOD,
        CONFLICT,
        TOO_LARGE,
        WRONG_TYPE,
        INVALID,
        TOO_MANY,
        OURS,
        DATABASE_AWAY,
    )
}


def of_refusal(error: Refused | Unreadable) -> Kind:
    """Why something that was handed in was not taken."""
    return _REFUSED[error.why] if isinstance(error, Refused) else UNREADABLE


def of(status: int) -> Kind:
    """The usual kind of a status; of a rare one, the nearest."""
    return _USUAL.get(status) or replace(BAD_REQUEST if status < 500 else OURS, status=status)
