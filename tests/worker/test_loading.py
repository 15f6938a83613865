"""What a student's files do when they are loaded: set-up that functions need runs, training that nothing needs does not."""

from __future__ import annotations

import numpy as np
import pytest

from grader.calls import Call, Failed, File, Ran, Request, Returned
from grader.sentences import trouble
from tests.worker.test_box import remarked
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

pytestmark = pytest.mark.box

SMALL = Settings(slots=1, memory=256 << 20, processes=48, scratch=16 << 20, scratch_files=100)
TWICE = "def answer(x):\n    return 2 * x\n"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(SMALL) as made:
        yield made


@pytest.fixture
def run(sandbox):
    def run_in(source: str | dict[str, str], *arguments, needs: tuple[str, ...] = ("answer",)) -> Ran:
        texts = source if isinstance(source, dict) else {"ada.py": source}
        files = tuple(File(name, text) for name, text in texts.items())
        calls = tuple(Call(needs[0], (argument,)) for argument in arguments)
        return sandbox.run(Request(files, calls, needs, seconds=5.0))

    return run_in


# Set-up and training -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setup", "expression", "value"),
    [
        ("table = []\nfor i in range(5):\n    table.append(i)\n", "table[2] * x", 6),
        ("table = {}\nfor i in range(5):\n    table[i] = i\n", "table[2] * x", 6),
        ("class Box: pass\nbox = Box()\nfor i in range(5):\n    box.size = i\n", "box.size * x", 12),
        ("count = 0\nfor i in range(5):\n    count += i\n", "count * x", 30),
        ("table = {}\ndef fill():\n    table[1] = 2\nfill()\n", "table[1] * x", 6),
        ("table = {}\ndef inner():\n    table[1] = 2\ndef fill():\n    inner()\nfill()\n", "table[1] * x", 6),
        ("factor = None\ndef prepare():\n    global factor\n    factor = 2\nprepare()\n", "factor * x", 6),
        ("table = {}\ndef fill(t):\n    t[1] = 2\nfill(table)\n", "table[1] * x", 6),
        ("table = {}\ndef put(i):\n    table[i] = i\nfor i in range(5):\n    put(i)\n", "table[2] * x", 6),
        ("a = []\nb = []\nfor i in range(5):\n    a.append(i)\nfor i in a:\n    b.append(i)\n", "b[2] * x", 6),
        ("a = [[]]\nfor i in range(5):\n    a[0].append(i)\n", "a[0][2] * x", 6),
        ("table = [1, 2]\ni = 0\nwhile i < 2:\n    table[i] += 1\n    i += 1\n", "table[0] * x", 6),
    ],
)
def test_what_fills_something_that_an_answer_reads_is_run(run, setup, expression, value):
    ran = run(f"{setup}def answer(x):\n    return {expression}\n", 3)
    assert ran.outcomes == (Returned(value),)
    assert {code for code, _ in remarked(ran)} == {"ran-loop"}


@pytest.mark.parametrize(
    "work",
    [
        "for i in range(10**12):\n    w = w - 0.1 * answer(i)\n",
        "losses = []\nwhile True:\n    losses.append(answer(1.0))\nprint('last', losses[-1])\n",
        "import numpy as np\nwhile True:\n    print(np.sqrt(2))\n",
        "def train():\n    while True:\n        pass\ntrain()\n",
        "while True:\n    print(w.is_integer())\n",
    ],
)
def test_training_that_fills_nothing_an_answer_reads_is_left_out(run, work):
    """A print of what it would have filled is left out with it; a parameter that it only re-binds keeps its first value."""
    ran = run(f"w = 2.0\ndef answer(x):\n    return w * x\n{work}", 3)
    assert ran.outcomes == (Returned(6.0),)
    assert {code for code, _ in remarked(ran)} == {"skipped"}


def test_work_that_was_left_out_is_run_after_all_where_loading_fails_without_it(run):
    ran = run(f"losses = []\nfor i in range(3):\n    losses.append(i)\nlast = losses[-1]\n{TWICE}", 3)
    assert (ran.trouble, ran.outcomes) == (None, (Returned(6),))
    assert remarked(ran) == [("ran-loop", 2)]


# Mentions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filler",
    ["".join(f"def f{i}(): pass\n" for i in range(30_000)), f"x.{'a' * 1_200_000} = 1\n", f"x.{'梯' * 300_000} = 1\n"],
)
def test_more_names_than_can_be_looked_at_are_trouble_and_never_cut(run, filler):
    """Else a forbidden way could hide behind them."""
    ran = run(filler + TWICE, 3)
    assert ran.trouble == Failed("raised", "too many names: ", "ada.py", None)
    text = trouble(ran.trouble, ("answer",)).text
    assert "too many" in text.en
    assert "太多" in text.zh


def test_a_name_after_five_thousand_others_is_still_seen(run):
    ran = run("".join(f"def f{i}(): pass\n" for i in range(5_000)) + "def answer(x):\n    x.backward()\n")
    assert "backward" in {mention.name for mention in ran.mentions}


def test_more_left_out_loops_than_can_be_told_do_no_harm(run):
    assert run(TWICE + "for i in range(3): answer(i)\n" * 15_000, 3).outcomes == (Returned(6),)


# Answers at the limits ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    ["10 ** 5000", "'x' * (1 << 20)", "nested(31)", "nested(32)", "nested(33)", "nested(100_000)", "{(0, 1): 2.0}"],
)
def test_a_value_at_a_limit_costs_its_own_call_only(run, expression):
    source = f"""
def nested(n):
    value = 1.0
    for _ in range(n):
        value = [value]
    return value
def answer(x):
    return {expression} if x == 0 else x
"""
    first, *rest = run(source, 0, 1, 2).outcomes
    assert isinstance(first, Returned) or first.reason == "unsendable"
    assert isinstance(first, Returned) == (expression == "nested(31)")
    assert rest == [Returned(1), Returned(2)]


def test_whole_numbers_of_numpy_may_be_keys(run):
    assert run("import numpy as np\ndef answer(x):\n    return {np.int64(1): x}\n", 3).outcomes == (Returned({1: 3}),)


# Texts -------------------------------------------------------------------------------------------------


def test_nothing_that_a_database_refuses_leaves_the_box(run):
    """NUL and halves of surrogate pairs become the replacement character."""
    ran = run(
        "def answer(x):\n    print('a\\0b')\n    if x:\n        raise ValueError('a\\0\\ud800b')\n    return 'a\\0\\udfffb'\n",
        0,
        1,
    )
    assert ran.outcomes[0] == Returned("a\ufffd\ufffdb")
    assert ran.outcomes[1].text == "ValueError: a\ufffd\ufffdb"
    assert ran.stdout.text == "a\ufffdb\na\ufffdb\n"


# Several files -----------------------------------------------------------------------------------------

G = "def g(x):\n    return 2 * x\n"
USES_G = "def answer(x):\n    return g(x)\n"


@pytest.mark.parametrize(
    "files",
    [
        {"lib/helper.py": G, "main.py": "from lib.helper import g\n" + USES_G},
        {"lib/__init__.py": "# mine\n", "lib/helper.py": G, "main.py": "from lib.helper import g\n" + USES_G},
        {"lib/__init__.py": "from .helper import g\n", "lib/helper.py": G, "main.py": "from lib import g\n" + USES_G},
        {"lib/a.py": "from .b import g\n", "lib/b.py": G, "main.py": "from lib.a import g\n" + USES_G},
        {"hw/helper.py": G, "hw/main.py": "from helper import g\n" + USES_G},
        {"hw/helper.py": G, "hw/main.py": "from .helper import g\n" + USES_G},
        {"hw/helper.py": G, "hw/main.py": "from hw.helper import g\n" + USES_G},
        {"helper.py": G, "main.py": "from .helper import g\n" + USES_G},
        {"helper.py": G, "main.py": "from . import helper\ndef answer(x):\n    return helper.g(x)\n"},
        {"a/b/c.py": G, "main.py": "import a.b.c\ndef answer(x):\n    return a.b.c.g(x)\n"},
        {"a/b/c.py": G, "main.py": "import a.b.c as c\ndef answer(x):\n    return c.g(x)\n"},
    ],
)
def test_packages_of_one_upload_import_each_other(run, files):
    ran = run(files, 3)
    assert (ran.trouble, ran.outcomes) == (None, (Returned(6),))


@pytest.mark.parametrize(
    "other",
    ["def train(x):\n    return 3 * x\n", "from main import answer\ndef train(x):\n    return answer(x) + x\n"],
)
@pytest.mark.parametrize("name", ["train.py", "more/train.py", "train.ipynb"])
def test_functions_may_be_spread_over_files(run, other, name):
    """Each name is taken from the file that defines it, without the training that stands beside it."""
    files = {"main.py": TWICE + "def loss(x):\n    return x\n", name: other + "while True:\n    train(1)\n"}
    ran = run(files, 3, needs=("train", "answer", "loss"))
    assert (ran.trouble, ran.outcomes) == (None, (Returned(9),))


def test_an_error_in_the_other_file_is_told_with_its_place(run):
    files = {"main.py": TWICE + "def loss(x):\n    return x\n", "train.py": "1 / 0\ndef train(x):\n    return x\n"}
    ran = run(files, 3, needs=("answer", "loss", "train"))
    assert (ran.trouble.text, ran.trouble.file, ran.trouble.line) == (
        "ZeroDivisionError: division by zero",
        "train.py",
        1,
    )


def test_arrays_travel_as_before(run):
    assert np.array_equal(run(TWICE, np.ones(3)).outcomes[0].value, [2, 2, 2])
