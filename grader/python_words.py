"""What Python's own messages mean, in plain words: its English is no help to those who do not read English."""

from __future__ import annotations

import re
import unicodedata

from grader.messages import Text

Meanings = tuple[tuple[str, str, str], ...]  # (pattern, English where the message is obscure, Chinese)

SHAPES = r"(?:matmul: Input operand|shapes .* not aligned|mat1 and mat2|inconsistent tensor size|size mismatch)"
EXCEPTIONS: Meanings = (
    (r"NameError: (?:free variable|cannot access free variable) '(\w+)'", "", r"名字 \1 在用到它时还没有赋值"),
    (r"NameError: name '(\w+)' is not defined", "", r"名字 \1 没有定义：拼写一致吗？赋过值吗？"),
    (
        r"UnboundLocalError: .*variable '(\w+)'",
        r"\1 is assigned in this function, so it is a name of its own there, and it is used before that",
        r"这个函数里给 \1 赋了值，所以它在函数里是局部变量，而在赋值之前就用到了它",
    ),
    (r"ZeroDivisionError", "", "除数是 0"),
    (
        r"IndexError: index (-?\d+) is out of bounds for .* with size (\d+)",
        "",
        r"长度是 \2，没有下标 \1（下标从 0 数起）",
    ),
    (r"IndexError: too many indices", "", "下标的个数多于数组的维数"),
    (r"IndexError: .*out of range", "", "下标超出了范围（下标从 0 数起）"),
    (r"KeyError: (.*)", "", r"字典里没有键 \1"),
    (
        r"AttributeError: 'NoneType' object has no attribute '(\w+)'",
        "this is None: is a return missing in the function that gave it?",
        r"这里的值是 None，没有 \1：得到它的那个函数是不是漏了 return？",
    ),
    (r"AttributeError: module '([\w.]+)' has no attribute '(\w+)'", "", r"模块 \1 里没有 \2：拼写对吗？"),
    (r"AttributeError: '([\w.]+)' object has no attribute '(\w+)'", "", r"\1 类型的对象没有 \2 这个属性或方法"),
    (r"ImportError: cannot import name '(\w+)' from '([\w.]+)'", "", r"\2 里没有 \1"),
    (
        rf"(?:ValueError|RuntimeError): {SHAPES}",
        "in a matrix product, the columns of the first are as many as the rows of the second",
        "矩阵乘法要求：前一个的列数等于后一个的行数",
    ),
    (
        r"(?:ValueError|RuntimeError): (?:operands could not be broadcast|non-broadcastable|The size of tensor)",
        "",
        "这两个形状的数组不能逐个元素地运算",
    ),
    (
        r"(?:ValueError|RuntimeError): (?:The truth value of an array|Boolean value of Tensor)",
        "a whole array was used as one condition; np.where chooses entry by entry",
        "把整个数组当成了一个条件；要逐个元素地选择，可以用 np.where",
    ),
    (
        r"ValueError: not enough values to unpack \(expected (\d+), got (\d+)",
        "",
        r"等号左边有 \1 个名字，右边只有 \2 个值",
    ),
    (r"ValueError: too many values to unpack \(expected (\d+)", "", r"等号左边只有 \1 个名字，右边的值更多"),
    (
        r"ValueError: (?:assignment|output array) .*read-only",
        "an argument was to be written into; work on a copy",
        "试图改写传入的数组；请在副本上计算",
    ),
    (r"ValueError: setting an array element with a sequence", "", "数组的一个元素处放了一串数"),
    (
        r"TypeError: only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "functions of math take single numbers; np.exp, np.log, … take arrays",
        "math 里的函数只接受单个数；数组请用 np.exp、np.log 等",
    ),
    (
        r"TypeError: unsupported operand type\(s\) for (\S+?):? '([\w.]+)' and '([\w.]+)'",
        "",
        r"\2 与 \3 之间不能作 \1 运算",
    ),
    (r"TypeError: can't multiply sequence by non-int", "", "列表不能乘以小数：是不是该先用 np.array？"),
    (
        r"TypeError: '([\w.]+)' object is not callable",
        "",
        r"\1 不是函数，却被加了括号来调用：是不是漏了乘号 *，或者变量与函数重名？",
    ),
    (r"TypeError: '([\w.]+)' object is not subscriptable", "", r"\1 类型的值不能取下标"),
    (
        r"TypeError: (?:'([\w.]+)' object is not iterable|cannot unpack non-iterable (\w+))",
        "",
        r"\1\2 类型的值不能逐项取出",
    ),
    (r"TypeError: .*(?:takes|missing) .*positional argument", "", "参数的个数不对"),
    (r"TypeError: .*got an unexpected keyword argument '(\w+)'", "", r"没有名为 \1 的参数"),
    (
        r"ValueError: (?:math domain error|expected a (?:positive|nonnegative) input)",  # from 3.14 on
        "",
        "负数不能开平方，负数和 0 不能取对数",
    ),
    (r"OverflowError", "", "结果太大，超出了浮点数的范围"),
    (r"RecursionError", "", "函数调用自己的层数太多"),
    (
        r"RuntimeError: element 0 of tensors does not require grad",
        "nothing leads back from the loss to a tensor with requires_grad=True; .item(), .detach() and numpy cut it off",
        "从损失回不到需要求导的张量：是不是缺了 requires_grad=True，或者被 .item()、.detach()、numpy 切断了？",
    ),
    (
        r"RuntimeError: Trying to backward through the graph a second time",
        "the graph is gone after backward(); compute the loss anew each time",
        "backward() 之后计算图就释放了；每一次都要重新计算损失",
    ),
    (
        r"RuntimeError: grad can be implicitly created only for scalar",
        "backward() starts from a single number: take the sum or the mean first",
        "backward() 要从单个数出发：请先求和或求平均",
    ),
    (
        r"RuntimeError: a (?:view of a )?leaf [Vv]ariable that requires grad",
        "a parameter is updated within torch.no_grad()",
        "更新参数要放在 torch.no_grad() 里面",
    ),
)
SYNTAX: Meanings = (
    (r"invalid syntax\. Perhaps you forgot a comma", "", "是不是漏了逗号？"),
    (r"invalid syntax\. Maybe you meant '==' ", "", "条件里的“等于”写作 =="),
    (r"'(.)' was never closed", "", r"括号 \1 没有闭合"),
    (r"unmatched '(.)'", "", r"多了一个括号 \1"),
    (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", "", r"括号不配对：\2 与 \1"),
    (r"expected ':'", "", "缺少冒号 :"),
    (r"expected an indented block", "", "上一行以冒号结尾，它下面的内容要缩进"),
    (r"unexpected indent", "", "这一行不该缩进"),
    (r"unindent does not match", "", "这一行的缩进与前面任何一层都对不齐"),
    (r"inconsistent use of tabs", "", "缩进混用了制表符和空格"),
    (r"unterminated .*string", "", "字符串没有结束：缺少引号"),
    (r"invalid decimal literal", "", "数字后面跟了字母或中文标点：变量名不能以数字开头，乘号 * 不能省略，逗号写成 ,"),
    (r"cannot assign to (.*?)(?: here)?(?:\.|$)", "", "等号左边不能这样写"),
    (r"'(\w+)' outside (function|loop)", "", r"\1 写在了函数或循环的外面：请看缩进"),
    (r"invalid syntax", "", "语法有误"),
)
WRITTEN = {"，": ",", "、": ",", "。": ".", "【": "[", "】": "]", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "*"}
WRITTEN |= {
    "²": "** 2",
    "³": "** 3",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "…": "...",
    "￥": "$",
    "《": "<",
    "》": ">",
}


def meaning(message: str) -> Text | None:
    """What `Kind: message` of an exception means; English is empty where Python's own is plain."""
    return _found(EXCEPTIONS, message)


def syntax(message: str) -> Text | None:
    """What the message of a SyntaxError means."""
    return _wide_sign(message) or _found(SYNTAX, message)


def _found(meanings: Meanings, message: str) -> Text | None:
    for pattern, en, zh in meanings:
        found = re.match(pattern, message)
        if found:
            return Text(found.expand(en), found.expand(zh))
    return None


def _wide_sign(message: str) -> Text | None:
    """A sign as a Chinese keyboard types it, or one copied from a book, where Python wants its own."""
    found = re.match(r"invalid (?:non-printable )?character (?:'(.)' \()?U\+([0-9A-F]{4,6})", message)
    if not found:
        return None
    sign = chr(int(found[2], 16))
    meant = WRITTEN.get(sign) or unicodedata.normalize("NFKC", sign)
    if not found[1]:
        return Text(
            f"there is an invisible sign (U+{found[2]}) where a space belongs; delete it and type a space",
            f"这里有一个看不见的字符（U+{found[2]}）；请删去它，改成普通空格",
        )
    if meant == sign or not meant.isascii():
        return Text(f"Python knows no sign {sign}", f"Python 没有 {sign} 这个符号")
    return Text(
        f"{sign} is typed in Chinese input mode, or copied from a text; Python writes {meant}",
        f"这里用了中文输入法的全角符号 {sign}，或是从别处复制来的；请切换到英文输入，写成 {meant}",
    )
