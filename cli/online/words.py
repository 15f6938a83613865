"""What the command says about the service, in both languages."""

from __future__ import annotations

from grader.messages import Text

NO_ADDRESS = Text(
    "{address} is not the address of a service: it looks like https://grader.example.org.",
    "{address} 不是有效的服务地址；地址形如 https://grader.example.org。",
)
PLAIN_HTTP = Text(
    "{address} is not encrypted: anybody on the way could read your token. Use its https address.",
    "{address} 没有加密，途中任何人都能读到你的令牌。请使用 https 地址。",
)
NO_NAME = Text(
    "{service} cannot be found: is this machine online, and is the address right?",
    "找不到 {service}：这台机器联网了吗？地址写对了吗？",
)
NOBODY = Text("Nobody answers at {service}: it may be down.", "{service} 没有响应：服务可能没有运行。")
TOO_SLOW = Text("{service} did not answer in time.", "{service} 没有及时响应。")
BROKEN_OFF = Text("The connection to {service} failed: {detail}.", "与 {service} 的连接中断：{detail}。")
CERTIFICATE = Text(
    "The certificate of {service} is not trusted here ({detail}). If your network opens encrypted connections, "
    "name its certificate: SSL_CERT_FILE=FILE.",
    "这台机器不信任 {service} 的证书（{detail}）。如果你的网络会解密流量，请指定它的证书：SSL_CERT_FILE=文件。",
)
PROXY_SIGN_IN = Text(
    "The proxy in front of {service} wants a name and a password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT.",
    "访问 {service} 的代理要求用户名和密码：HTTPS_PROXY=http://用户名:密码@主机:端口。",
)
PROXY = Text(
    "The connection goes through the proxy {proxy}; NO_PROXY=HOST goes past it.",
    "连接经过代理 {proxy}；设置 NO_PROXY=主机名 可以绕过它。",
)
NOT_OURS = Text(
    "What answers at {service} is not Chainrule (HTTP {status}). Is the address right, or does your network ask you to "
    "sign in first?",
    "{service} 的应答不是来自 Chainrule（HTTP {status}）。地址写对了吗？还是所在网络要求先登录？",
)
UNWELL = Text("{service} is not well at the moment (HTTP {status}).", "{service} 暂时无法正常工作（HTTP {status}）。")

OUT_OF_REACH = Text(
    "Not your fault: the service cannot be reached. Nothing is lost.", "不是你的错：联系不上服务。没有丢失任何内容。"
)

NO_SERVICE = Text(
    "Which service? Give --service URL, or write it into chainrule.toml.",
    "要用哪个服务？请用 --service URL 指定，或写进 chainrule.toml。",
)
NO_TOKEN = Text(
    "There is no token for {service}. Sign in first: {grader} login --service {service}",
    "还没有 {service} 的令牌。请先登录：{grader} login --service {service}",
)
NO_PAIRING = Text(
    "{service} cannot sign a terminal in by browser: it may be older than this program. Make a token on your account "
    "page there, then: grader login --token -",
    "{service} 不支持用浏览器登录终端，版本可能较旧。请在那里的账号页面新建令牌，再运行：grader login --token -",
)
OPEN = Text("Open this page in a browser, on any machine:", "请在任意一台机器的浏览器中打开这个页面：")
OPENED = Text("Your browser opens this page:", "浏览器会打开这个页面：")
COMPARE = Text(
    "It asks for this code, which is good for {minutes} minutes: {code}\nConfirm only if the page shows the same code.",
    "页面会要求核对这个代码，{minutes} 分钟内有效：{code}\n只有页面显示的代码与此相同时才确认。",
)
CONFIRMING = Text("waiting for you to confirm in the browser", "等待你在浏览器中确认")
TOO_LATE = Text("The code was not confirmed in time. Run the command again for a new one.",
                "代码没有及时确认。请重新运行命令获取新的代码。")  # fmt: skip
REFUSED = Text(
    "The sign-in was refused in the browser. Nothing is kept here.", "登录请求在浏览器中被拒绝，这里没有保存任何内容。"
)
ONLY_STDIN = Text(
    "--token takes only `-`: the token is then asked for, or read from stdin. On a command line others could read it.",
    "--token 只接受 `-`：随后会要求输入令牌，或从标准输入读取。写在命令行上会被其他人看到。",
)
IN_KEYRING = Text("The token is kept in this system's keyring ({ring}).", "令牌保存在系统的密钥环（{ring}）中。")
ASK_TOKEN = Text("Token for {service} (it is not shown): ", "{service} 的令牌（不会显示）：")
BAD_TOKEN = Text(
    "This is not a token: it is one word of visible letters.", "这不是令牌：令牌是一串没有空格的可见字符。"
)
SIGNED_IN = Text("Signed in at {service} as {name} ({email}).", "已以 {name}（{email}）的身份登录 {service}。")
KEPT = Text("The token is kept in {path}, which only you can read.", "令牌保存在 {path}，只有你自己可以读取。")
REVOKED = Text(
    "The token for {service} is revoked there and forgotten here.",
    "{service} 的令牌已在服务端撤销，并从这台机器上删除。",
)
FORGOTTEN = Text(
    "The token for {service} is forgotten here. The service could not be told ({why}): it stays good until you revoke "
    "it on your account page.",
    "已从这台机器上删除 {service} 的令牌，但没能通知服务（{why}）：在账号页面撤销之前，它仍然有效。",
)
NOTHING_KEPT = Text("There is no token for {service} here.", "这台机器上没有 {service} 的令牌。")
SCOPES = Text("The token may: {scopes}. Course: {course}. Exercise: {exercise}.",
              "令牌权限：{scopes}。课程：{course}。题目：{exercise}。")  # fmt: skip
ANY = Text("any", "不限")

WHICH_COURSE = Text(
    "Which course? Give --course NAME, one of: {courses}.", "要提交到哪门课？请用 --course 名称 指定：{courses}。"
)
NO_SUCH_COURSE = Text(
    "You are in no course {course} at {service}. Give --course NAME, or write it into chainrule.toml; "
    "yours are: {courses}.",
    "你在 {service} 上没有加入名为 {course} 的课程。请用 --course 名称 指定，或写进 chainrule.toml；"
    "你的课程有：{courses}。",
)
NO_SUCH_EXERCISE = Text(
    "There is no exercise {exercise} for you in the course {course}. It has: {exercises}.",
    "课程 {course} 中没有你可以提交的题目 {exercise}。现有题目：{exercises}。",
)
NO_EXERCISES = Text(
    "There is no exercise {exercise} for you in the course {course}: it has none yet.",
    "课程 {course} 中没有你可以提交的题目 {exercise}：这门课还没有题目。",
)
NO_COURSE = Text("You are in no course at {service}.", "你在 {service} 上没有加入任何课程。")
HANDED_IN = Text("{exercise}: handed in, attempt {number}.", "{exercise}：已提交，第 {number} 次。")
THERE_ALREADY = Text(
    "{exercise}: this is there already, as attempt {number}.", "{exercise}：这份内容已经提交过，是第 {number} 次。"
)
WAITING = Text("{exercise}: waiting, {before} before it", "{exercise}：排队中，前面还有 {before} 份")
NEXT = Text("{exercise}: next in the queue", "{exercise}：下一份就轮到")
RUNNING = Text("{exercise}: running, {done} of {of} checks", "{exercise}：运行中，已完成 {done}/{of} 项检查")
STARTED = Text("{exercise}: running", "{exercise}：运行中")
TRYING = Text("{why} Trying again in {seconds} s.", "{why} {seconds} 秒后重试。")
NOT_SENT = Text(
    "It could not be handed in. Nothing was counted; your files are where they were. Run the same command again later.",
    "没能提交。没有计入任何内容，你的文件原样未动。请稍后再运行同一条命令。",
)
GOES_ON = Text(
    "It is handed in (attempt {number}) and will be graded. Run the same command again: it goes on here.",
    "已经提交（第 {number} 次），一定会评分。再运行同一条命令即可继续等待。",
)
UNPUBLISHED = Text("{exercise}: graded; the grade is not published yet.", "{exercise}：已评分，成绩尚未公布。")
PAGE = Text("The report as a page: {page}", "网页报告：{page}")
UNREADABLE = Text(
    "The service's answer cannot be understood: this program may be older or newer than it.",
    "无法理解服务的应答：本程序与服务的版本可能不一致。",
)


def said(text: Text, **values: str) -> Text:
    """With values in the places for them."""
    return Text(text.en.format(**values), text.zh.format(**values))


def joined(*texts: Text) -> Text:
    """Several sentences as one text."""
    return Text(" ".join(text.en for text in texts), "".join(text.zh for text in texts))


NO_IDENTITY = Text(
    "The runner could not be asked who it is ({detail}).",
    "无法向运行环境取得身份令牌（{detail}）。",
)
