"""The kinds of problems with repositories, their tokens and the identities of CI."""

from __future__ import annotations

from grader.messages import Text
from web.kinds import NOTHING, Kind

OTHER_REPOSITORY = Kind(
    "other-repository",
    403,
    Text("This token is for another repository", "这个令牌属于另一个仓库"),
    Text(
        "A repository's token hands in commits of that repository only: `commit` and `repository` must say which.",
        "仓库令牌只能提交该仓库的 commit：`commit` 和 `repository` 必须写明是哪一个。",
    ),
    NOTHING,
    Text(
        "Link this repository on the course's page and use its own token.",
        "请在课程页面关联这个仓库，使用它自己的令牌。",
    ),
)
OTHER_COMMIT = Kind(
    "other-commit",
    403,
    Text("This token is for another commit", "这个令牌属于另一个 commit"),
    Text("The token was given to a run of CI for one commit.", "这个令牌是为某一个 commit 的 CI 运行签发的。"),
    NOTHING,
    Text("Let CI run for this commit.", "请让 CI 针对这个 commit 运行。"),
)
UNSIGNED = Kind(
    "unsigned",
    401,
    Text("The signature does not fit", "签名不符"),
    Text(
        "There is no such webhook, or this was not signed with its secret.",
        "没有这个 webhook，或者签名用的不是它的密钥。",
    ),
    NOTHING,
    Text(
        "Make a new secret on the page of repositories and put it into the webhook. "
        "A commit that is sent along is signed together with its ref: take the newest deploy/post-receive.",
        "请在仓库页面新建密钥，并填入 webhook。"
        "随请求附上的 commit 要连同 ref 一起签名：请使用最新的 deploy/post-receive。",
    ),
)
UNLISTED = Kind(
    "unlisted-host",
    403,
    Text("This host is not listed", "这个托管站点不在列表中"),
    Text("The operator of this site has not listed the repository's host.", "本站管理员没有把该托管站点列入允许名单。"),
    NOTHING,
    Text("Hand in by CI, or send the commit's archive along.", "请用 CI 提交，或随请求附上该 commit 的压缩包。"),
)
NO_COMMIT = Kind(
    "no-commit",
    422,
    Text("This archive names no commit", "压缩包没有写明 commit"),
    Text(
        "The comment of the zip must be the commit, as `git archive --format=zip COMMIT` writes it.",
        "zip 的注释必须是 commit，`git archive --format=zip COMMIT` 会自动写入。",
    ),
    NOTHING,
)
DISTRUSTED = Kind(
    "identity",
    401,
    Text("This identity is not accepted", "不接受这个身份令牌"),
    Text("The identity of the run of CI proves nothing here.", "CI 运行的身份令牌在这里无法证明任何事情。"),
    NOTHING,
)
USED = Kind(
    "identity-used",
    401,
    Text("This identity was used before", "这个身份令牌已经用过"),
    Text("An identity is good for one token.", "一个身份令牌只能换取一次令牌。"),
    NOTHING,
    Text("Ask the runner for a new one.", "请向运行环境重新获取。"),
)
UNPROVEN = Kind(
    "repository-unproven",
    403,
    Text("This repository is not known to be yours", "无法确认这个仓库属于你"),
    Text("No student of this site has linked it and proven it.", "本站没有学生关联并证实过它。"),
    NOTHING,
)
ISSUER_AWAY = Kind(
    "issuer-away",
    503,
    Text("The issuer of this identity does not answer", "身份令牌的签发方没有响应"),
    Text("Its keys cannot be had at the moment.", "暂时无法取得它的密钥。"),
    NOTHING,
    Text("Try again in half a minute.", "请过半分钟再试。"),
    retry_after=30,
)
