"""What the command says beside the report, in both languages."""

from __future__ import annotations

from grader.messages import Text

GRADING = Text("grading", "评分")
WRITTEN = Text("wrote {path}", "已写入 {path}")
OUR_FAULT = Text("Our fault, not yours; nothing was counted.", "这是我们的故障，不是你的；没有计入任何成绩。")
NOT_INSTALLED = Text(
    "This command needs {module}, which is not installed here. This installs it: {how}",
    "这个命令需要 {module}，这里没有安装。安装方法：{how}",
)
