"""What Python says is explained in plain Chinese, and in English where its own is obscure; real messages, from this Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from grader.advice import raised
from grader.python_words import meaning, syntax

WRITTEN = {  # a program that does not compile: what the Chinese says
    "x = f（1)": "写成 (",
    "a = 1，2": "写成 ,",
    "if a：\n    b": "写成 :",
    "print(“x”)": '写成 "',
    "x\u3000= 1": "普通空格",
    "area = r²": "写成 ** 2",
    "f(1": "括号 ( 没有闭合",
    "for i in x\n    pass": "缺少冒号",
    "x = 2y": "乘号 * 不能省略",
    "def f():\nreturn 1": "要缩进",
    "  x = 1": "不该缩进",
    "'abc": "缺少引号",
    "return 1": "看缩进",
    "if x = 1: pass": "==",
    "x = = 1": "语法有误",
}
PARAMETER = torch.ones(3, requires_grad=True)
RAISED = {  # an expression that fails: what the Chinese says
    "unknown + 1": "名字 unknown 没有定义",
    "1 / 0": "除数是 0",
    "[1][3]": "下标超出了范围",
    "np.ones(3)[5]": "长度是 3，没有下标 5",
    "np.ones(3)[1, 2]": "下标的个数多于数组的维数",
    "{}['b']": "没有键 'b'",
    "None.shape": "漏了 return",
    "np.expp(1)": "模块 numpy 里没有 expp",
    "np.ones(2).transposed": "没有 transposed 这个属性",
    "__import__('importlib').import_module('math').foo": "模块 math 里没有 foo",
    "exec('from math import foo')": "math 里没有 foo",
    "np.ones((2, 3)) @ np.ones((2, 3))": "前一个的列数等于后一个的行数",
    "np.dot(np.ones((2, 3)), np.ones((2, 3)))": "前一个的列数等于后一个的行数",
    "torch.ones(2, 3) @ torch.ones(2, 3)": "前一个的列数等于后一个的行数",
    "np.ones(3) + np.ones(2)": "不能逐个元素地运算",
    "torch.ones(3) + torch.ones(2)": "不能逐个元素地运算",
    "1 if np.ones(2) > 0 else 0": "np.where",
    "math.exp(np.ones(3))": "np.exp",
    "math.exp(1000)": "太大",
    "math.log(-1)": "不能取对数",
    "1 + [1]": "int 与 list 之间不能作 + 运算",
    "[1] * 1.5": "np.array",
    "(lambda w: w(2))(3)": "漏了乘号",
    "(lambda w: w[0])(3)": "不能取下标",
    "exec('a, b = 1, 2, 3')": "右边的值更多",
    "exec('a, b, c = 1, 2')": "右边只有 2 个值",
    "torch.ones(1).backward()": "requires_grad=True",
    "PARAMETER.exp().backward()": "单个数",
    "PARAMETER.add_(1)": "torch.no_grad()",
}


@pytest.mark.parametrize(("program", "words"), WRITTEN.items())
def test_what_cannot_be_read_is_explained(program, words):
    with pytest.raises(SyntaxError) as caught:
        compile(program, "ada.py", "exec")
    said = syntax(caught.value.msg)
    assert said
    assert words in said.zh


@pytest.mark.parametrize(
    "message", ["math domain error", "expected a positive input", "expected a nonnegative input, got -1.0"]
)
def test_what_math_refuses_is_explained_in_every_pythons_words(message):
    assert "不能取对数" in raised(f"ValueError: {message}").zh


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(("expression", "words"), RAISED.items())
def test_what_is_raised_is_explained(expression, words):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each its own, and its message is the point
        eval(expression, {"np": np, "torch": torch, "math": math, "PARAMETER": PARAMETER})
    text = f"{type(caught.value).__name__}: {caught.value}"
    assert words in raised(text).zh
    assert text in raised(text).en


def test_a_name_that_was_not_yet_assigned_is_explained_in_both_languages():
    def f():
        total += 1  # noqa: F821 - as students write it
        return total

    with pytest.raises(UnboundLocalError) as caught:
        f()
    said = meaning(f"UnboundLocalError: {caught.value}")
    assert said
    assert said.en.startswith("total is assigned in this function")
    assert "局部变量" in said.zh


def test_what_nobody_foresaw_is_left_as_python_says_it():
    assert meaning("PenguinError: too cold") is None
    assert syntax("penguins are not allowed here") is None
