"""What stands in an archive's README.txt, in both languages."""

from __future__ import annotations

README = """\
A WHOLE COURSE, exported from Chainrule.
This archive is confidential: it holds names, e-mail addresses, all work, all grades, and the seeds from which hidden
checks are drawn. Whoever has the seeds can rebuild the hidden checks of these submissions.

course.json       settings of the course and weights of its total; its exercises with dates, credit and attempts;
                  columns filled in by hand
people.json/.csv  who is in the course and as what; without a role: only named somewhere
gradebook.csv     what counts of each student and exercise; opens in a spreadsheet
submissions.jsonl what was handed in, one submission a line, with its files and its seed
grades.jsonl      what it earned, with the whole report; `shown` marks the grade that students see
arrangements.jsonl extensions, excuses, scores set by staff, flags
marks.jsonl       marks in columns filled in by hand
comments.jsonl    comments at lines
changes.jsonl     what students were told when a score changed
regrades.jsonl, shadows.jsonl  regrades that are done, and what came out for each submission
audit.jsonl       who did what, when and why, in this course
submissions/EXERCISE/STUDENT/NUMBER/  the same files again, to be opened; names in letters that every system takes
manifest.json     version of the format, and size and SHA-256 of each file

Records name people by e-mail, exercises by name, submissions by EXERCISE/E-MAIL/NUMBER, grades by that and #1, #2 …
Times are in UTC. A .jsonl file has one JSON object a line. Not in here: passwords and sessions, invitations, tokens,
links to repositories, and regrades that are still running.
To read it into another installation: Courses, "Bring a course", or  python -m web.exporting.read FILE NAME


整门课程的存档，由 Chainrule 导出。
本存档属于机密：含有姓名、邮箱、全部提交、全部成绩，以及生成隐藏检查所用的种子。得到种子的人可以重现这些提交的隐藏检查。

course.json       课程设置和总评权重；题目及其日期、计分规则和次数；人工填写的列
people.json/.csv  课程成员及角色；没有角色的人只是在别处被提到
gradebook.csv     每个学生每道题的计分结果；可用电子表格打开
submissions.jsonl 提交内容，每行一份，含文件和种子
grades.jsonl      评分结果，含完整报告；shown 表示学生看到的那一份
arrangements.jsonl 延期、免做、教师改分、标记
marks.jsonl       人工填写的列中的分数
comments.jsonl    行内评论
changes.jsonl     分数变动时给学生的通知
regrades.jsonl, shadows.jsonl  已完成的重新评分，以及每份提交的结果
audit.jsonl       本课程的操作记录：谁、何时、做了什么、为什么
submissions/题目/学生/次数/  同样的文件，便于直接打开；文件名只用各种系统都支持的字符
manifest.json     格式版本，以及每个文件的大小和 SHA-256

记录中用邮箱表示人，用名称表示题目，用 题目/邮箱/次数 表示提交，其后加 #1、#2…… 表示评分。
时间均为 UTC。.jsonl 文件每行一个 JSON 对象。不包含：密码和登录会话、邀请、令牌、代码仓库的关联、尚在进行的重新评分。
导入到另一套系统：课程 → “导入课程”，或运行  python -m web.exporting.read 文件 课程名
"""
