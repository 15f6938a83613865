"""`grader new-exercise` writes a skeleton, and `grader verify` says what is left of it until it is an exercise."""

from __future__ import annotations

import re

import pytest

import assignments
from tests.test_architecture import lines_of_code

BLANK = re.compile(r"___[(（].*?[)）]___|___")
ARGUMENTS = "x, gamma, beta, eps, upstream"
STATEMENT = r"""$x$ has the shape `(n, k)`: rows are samples, columns are features. Every feature is normalised over the batch, and then
scaled and shifted by its own $\gamma$ and $\beta$, both of shape `(k,)`:

$$\hat x = \frac{x - \mu}{\sqrt{v + \epsilon}}, \qquad y = \gamma \hat x + \beta ,$$

where $\mu$ is the mean of the column and $v = \frac{1}{n} \sum (x - \mu)^2$ its variance, divided by $n$. `eps` is a number."""
FORMULA = r"""$x$ 的形状是 `(n, k)`：每行一个样本，每列一个特征。每个特征先在这一批上归一化，再乘以自己的 $\gamma$、加上自己的 $\beta$：

$$\hat x = \frac{x - \mu}{\sqrt{v + \epsilon}}, \qquad y = \gamma \hat x + \beta ,$$

其中 $\mu$ 是该列的均值，$v = \frac{1}{n} \sum (x - \mu)^2$ 是该列的方差，除以 $n$。"""

# What Grace writes into the blanks, from the first to the last.
ENGLISH = [
    "The derivative of batch normalisation",
    STATEMENT,
    "x, gamma, beta, eps",
    "dx, dgamma, dbeta",
    r"""One feature, $x = (0.5, 2.5)$, $\gamma = 1.5$, `eps` 0.44, `upstream` $(0.3, -0.7)$. The mean is $1.5$, the variance $1$, the
root $1.2$ and $\hat x = \mp\tfrac56$. So `dbeta` is $-0.4$, `dgamma` is $-\tfrac56$, and `dx` is
$\tfrac{1.5}{1.2} (0.5 \mp \tfrac56 \cdot \tfrac{5}{12}) \approx (0.19097, -0.19097)$""",
    "7",
    "2 for `dx`, 2 for `dgamma`, 2 for `dbeta`",
    'dx", "dgamma", "dbeta',
    ARGUMENTS.removesuffix(", upstream"),
    "Return (dx, dgamma, dbeta), of the shapes of x, gamma and beta.",
    ARGUMENTS.removesuffix(", upstream"),
    "x, gamma, beta",
    "gamma * (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt() + beta",
    "x, gamma, beta",
    "*example([[0.5], [2.5]], [1.5], [0.25], 0.44, [[0.3], [-0.7]])",
    "*example([[0.5, -1.2], [2.5, 0.7], [-0.4, 2.2]], [1.5, -0.6], [0.25, 0.8], 0.01, [[0.3, 1.1], [-0.7, 0.2], [0.9, 1.4]])",
    "dx",
    "to_the_input",
    "dx",
    "from the output to the input, through mean and variance as well",
    "*batch(draw)",
    "shifts_do_nothing",
    ARGUMENTS.removesuffix(", upstream"),
    r"Adding a constant to a feature leaves the output alone, so every column of `dx` sums to zero: $\sum_i dx_{ij} = 0$.",
    "bool((answer[0].sum(0).abs() < 1e-9 * upstream.abs().max()).all())",
    "33",
    "mean_held_fixed",
    ARGUMENTS.removesuffix(", upstream"),
    r"$\mu$ is the same number for all samples of a feature, but is it a constant? What does it do when one $x_{ij}$ moves?",
    "backward(x, gamma, eps, upstream, mean=0)",
]
FURTHER = '''

def example(x, gamma, beta, eps, upstream):
    return *(torch.tensor(part, dtype=torch.float64) for part in (x, gamma, beta)), eps, torch.tensor(upstream, dtype=torch.float64)


def batch(draw):
    n, k = draw.integer(4, 6), 3
    return draw.tensor(n, k), draw.tensor(k), draw.tensor(k), 0.01, draw.tensor(n, k, low=1e3, high=3e3)


def backward(x, gamma, eps, upstream, mean=1, spread=1):
    root = (x.var(0, unbiased=False) + eps).sqrt()
    hat = (x - x.mean(0)) / root
    dx = gamma / root * (upstream - mean * upstream.mean(0) - spread * hat * (upstream * hat).mean(0))
    return dx, (upstream * hat).sum(0), upstream.sum(0)


@exercise.check(points=2, part="dgamma")
def to_the_scale(draw):
    """dgamma: one number for each feature"""
    yield from (batch_norm_backward(*batch(draw)) for _ in range(3))


@exercise.check(points=2, part="dbeta")
def to_the_shift(draw):
    """dbeta: one number for each feature"""
    yield from (batch_norm_backward(*batch(draw)) for _ in range(3))


@exercise.misconception("M33", batch_norm_backward)
def variance_held_fixed(x, gamma, beta, eps, upstream):
    r"""Your `dx` knows the mean, but not the variance. What does $v$ do when one $x_{ij}$ moves?"""
    return backward(x, gamma, eps, upstream, spread=0)


@exercise.misconception("M13", batch_norm_backward)
def means_for_sums(x, gamma, beta, eps, upstream):
    """`dgamma` and `dbeta` are too small by the same factor. Every sample adds its share: who asked for their mean?"""
    dx, dgamma, dbeta = backward(x, gamma, eps, upstream)
    return dx, dgamma / len(x), dbeta / len(x)
'''
CHINESE = [
    "批归一化的导数",
    FORMULA,
    "x, gamma, beta, eps",
    "dx, dgamma, dbeta",
    r"一个特征，$x = (0.5, 2.5)$，$\gamma = 1.5$：`dbeta` 是 $-0.4$，`dgamma` 是 $-\tfrac56$",
    "7",
    "`dx`、`dgamma`、`dbeta` 各 2 分",
    "to_the_input",
    """dx：从输出回到输入，均值和方差两条路也要走'
to_the_scale = 'dgamma：每个特征一个数'
to_the_shift = 'dbeta：每个特征一个数""",
    "shifts_do_nothing",
    r"给一个特征加上常数，输出不变，所以 `dx` 每一列的和是零：$\sum_i dx_{ij} = 0$。",
    "mean_held_fixed",
    r"""$\mu$ 对一个特征的所有样本都是同一个数，但它是常数吗？一个 $x_{ij}$ 变动时，它会怎样？'
variance_held_fixed = '你的 `dx` 考虑了均值，却没有考虑方差。一个 $x_{ij}$ 变动时，$v$ 会怎样？'
means_for_sums = '`dgamma` 和 `dbeta` 都小了同一个倍数。每个样本都贡献自己的一份：谁要求平均了？""",
]


def filled(text: str, words: list[str]) -> str:
    """The skeleton with one of the words for each of its blanks."""
    assert len(BLANK.findall(text)) == len(words)
    rest = iter(words)
    return BLANK.sub(lambda _: next(rest), text)


@pytest.mark.slow
def test_batch_normalisation_is_written_from_the_skeleton_in_60_lines_and_obeys_every_law(grader, tmp_path):
    assert grader("new-exercise", "batch_norm", "--to", tmp_path)[0] == 0
    module, chinese = tmp_path / "batch_norm.py", tmp_path / "zh" / "batch_norm.toml"
    module.write_text(filled(module.read_text(encoding="utf-8"), ENGLISH) + FURTHER, encoding="utf-8")
    chinese.write_text(filled(chinese.read_text(encoding="utf-8"), CHINESE), encoding="utf-8")
    assert lines_of_code(module.read_text(encoding="utf-8")) <= 60
    code, out, _ = grader("verify", tmp_path, "--matrix")
    assert code == 0, out
    assert out.count("✓ 20/20") == 3


def test_of_an_unfinished_exercise_every_blank_is_said_kindly_with_its_line(grader, tmp_path):
    grader("new-exercise", "batch_norm", "--to", tmp_path)
    code, out, _ = grader("verify", tmp_path)
    module, chinese = tmp_path / "batch_norm.py", tmp_path / "zh" / "batch_norm.toml"
    places = [
        f"{path.name}:{number} "
        for path in (module, chinese)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "___" in line
    ]
    assert code == 1
    assert len(places) > 20
    assert "a good start" in out
    assert [place for place in places if place not in out] == []
    module.write_text(filled(module.read_text(encoding="utf-8"), ENGLISH) + FURTHER, encoding="utf-8")
    assert "batch_norm.py:" not in grader("verify", tmp_path)[1]


def test_the_skeleton_reads_like_a_sheet(grader, tmp_path):
    """It can be parsed, and has one of everything that an exercise is made of."""
    grader("new-exercise", "batch_norm", "--to", tmp_path)
    (sheet,) = assignments.sheets(tmp_path)
    roles = ["starter", "reference", "check", "check", "law", "misconception"]
    assert [entry.role for entry in sheet.entries] == roles
    assert sheet.of("starter")[0].name == "batch_norm_backward"


def test_no_file_is_written_over_unasked(grader, tmp_path):
    """Neither of the two, and where one is there, the other is not begun."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "batch_norm.toml").write_text("mine", encoding="utf-8")
    code, _, err = grader("new-exercise", "batch_norm", "--to", tmp_path)
    assert code == 2
    assert "--force" in err
    assert not (tmp_path / "batch_norm.py").exists()
    assert (tmp_path / "zh" / "batch_norm.toml").read_text(encoding="utf-8") == "mine"
    assert grader("new-exercise", "batch_norm", "--to", tmp_path, "--force")[0] == 0
    assert (tmp_path / "zh" / "batch_norm.toml").read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize("name", ["batch-norm", "BatchNorm", "2nd", "class", "../batch_norm"])
def test_what_is_no_name_of_a_module_is_refused(grader, tmp_path, name):
    code, _, err = grader("new-exercise", name, "--to", tmp_path)
    assert code == 2
    assert "batch_norm" in err
    assert list(tmp_path.iterdir()) == []
