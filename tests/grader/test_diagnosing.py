"""Which thought explains the answers: named where it is sure, silent where it is not, never against honest work."""

from __future__ import annotations

import numpy as np
import pytest

import assignments
from grader import words
from grader.asking import without_torch
from grader.calls import Failed, Name, Ran, Returned
from grader.grading import answer_key, grade
from grader.rehearsing import grade_reply, rehearsal

STEPS = [1e-5, *(pytest.param(step, marks=pytest.mark.slow) for step in (1e-3, 1e-4, 1e-6, 1e-7))]
SEEDS = ["3", "4", "5"]


def graded(name, *functions, seed="3", prepare=lambda argument: argument):
    """The report for Ada's functions, called as the box calls them: with arrays and numbers."""
    exercise = assignments.find(name)
    written = {function.__name__: function for function in functions}

    def reply(call):
        return written[call.function](*(prepare(without_torch(a)) for a in call.arguments if not isinstance(a, Name)))

    return grade_reply(exercise, seed, reply)


def codes(report):
    return [thought.code for thought in report.thoughts]


def earned(report):
    return {finding.check for finding in report.findings if finding.points}


# Ada's honest work, as she might order it --------------------------------------------------------


def product_backward(x, w, upstream):
    return np.array([upstream * w, x * upstream])


def forward(x, y, w):
    y_hat = w * x
    r = -(y - y_hat)
    return [y_hat, r, abs(r) ** 2]


def gradient_of_a_line(x, y, w):
    return 2 * w * x**2 - 2 * x * y


def gradient_of_a_parabola(x, y, w1, w2, b):
    doubled = 2 * ((w1 * x + w2) * x + (b - y))
    return doubled * x**2, doubled * x, doubled


def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y, strict=True):
            r = b - yi + xi * (w2 + xi * w1)
            losses.append(r * r)
            w1, w2, b = w1 - lr * 2 * r * xi * xi, w2 - 2 * lr * r * xi, b - 2 * (lr * r)
            params.append([w1, w2, b])
    return params, losses


gradient_of_a_line.__name__ = gradient_of_a_parabola.__name__ = "gradient"
HONEST = {
    "product_gradient": (product_backward,),
    "linear_loss": (forward, gradient_of_a_line),
    "quadratic_loss": (gradient_of_a_parabola,),
    "train_quadratic": (train,),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HONEST)
def test_honest_work_in_another_order_of_operations_earns_all_and_no_word(name, seed):
    report = graded(name, *HONEST[name], seed=seed)
    assert report.all_passed, [(f.check, f.detail) for f in report.findings if not f.passed]
    assert (report.thoughts, report.broken_laws, report.remarks) == ((), (), ())


def in_float32(argument):
    return argument if isinstance(argument, int) else np.float32(argument)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HONEST)
def test_work_in_float32_is_told_that_float64_is_asked_for_and_no_more(name, seed):
    """Differences could hide behind float32, so the tolerance of a derivation is that of float64."""
    report = graded(name, *HONEST[name], seed=seed, prepare=in_float32)
    assert not report.all_passed
    assert [remark.code for remark in report.remarks] == ["float32"]
    assert report.thoughts == ()


# Mallory lets differences do the work ------------------------------------------------------------


def slopes(loss, at, step, behind):
    at, found = list(at), []
    for i, here in enumerate(at):
        ahead, back = [*at], [*at]
        ahead[i], back[i] = here + step, here - behind * step
        found.append((loss(*ahead) - loss(*back)) / ((1 + behind) * step))
    return found


def by_differences(name, step, behind):
    """Solutions by finite differences, one-sided where behind is 0."""

    def product_backward(x, w, upstream):
        return tuple(slopes(lambda x, w: x * w * upstream, (x, w), step, behind))

    def gradient_of_a_line(x, y, w):
        return slopes(lambda w: (x * w - y) ** 2, (w,), step, behind)[0]

    def gradient_of_a_parabola(x, y, *p):
        return tuple(slopes(lambda w1, w2, b: (w1 * x**2 + w2 * x + b - y) ** 2, p, step, behind))

    def train(x, y, w1, w2, b, lr, epochs):
        now, params, losses = np.array([w1, w2, b]), [], []
        for xi, yi in [*zip(x, y, strict=True)] * epochs:

            def loss(w1, w2, b, xi=xi, yi=yi):
                return (w1 * xi**2 + w2 * xi + b - yi) ** 2

            losses.append(loss(*now))
            now = now - lr * np.array(slopes(loss, now, step, behind))
            params.append(now)
        return np.array(params), np.array(losses)

    gradient_of_a_line.__name__ = gradient_of_a_parabola.__name__ = "gradient"
    return {
        "product_gradient": (product_backward,),
        "linear_loss": (forward, gradient_of_a_line),
        "quadratic_loss": (gradient_of_a_parabola,),
        "train_quadratic": (train,),
    }[name]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["product_gradient", "linear_loss", "quadratic_loss", "train_quadratic"])
@pytest.mark.parametrize("behind", [1, 0], ids=["central", "one-sided"])
def test_finite_differences_are_named_and_earn_nothing(name, step, behind):
    report = graded(name, *by_differences(name, step, behind))
    assert codes(report) == ["M44"]
    assert earned(report) <= {"prediction", "residual", "squared"}  # of `forward`, which is honest


def test_the_forward_pass_keeps_its_points_where_the_gradient_is_refused():
    report = graded("linear_loss", *by_differences("linear_loss", 1e-5, 1))
    assert earned(report) == {"prediction", "residual", "squared"}
    refused = next(finding for finding in report.findings if finding.check == "slope_of_the_loss")
    assert refused.detail.en == "gradient: finite differences are not allowed here"


# What looks like differences and is not ------------------------------------------------------------


def test_rounded_answers_are_called_rounded_and_not_differences():
    def gradient(x, y, w):
        return round(2 * (x * w - y) * x, 4)

    report = graded("linear_loss", forward, gradient)
    assert codes(report) == []
    assert "rounded to 4 decimals" in report.findings[4].detail.en


@pytest.mark.parametrize("number", [float, np.array], ids=["numbers", "scalars"])
def test_one_number_of_a_list_that_float32_could_hold_too_is_not_called_float32(number):
    """Ada returns lists. Her losses shrink to 2⁻¹⁰⁰, which float32 holds exactly; her other numbers need float64."""
    exercise = assignments.find("train_linear")

    def reply(call):
        ws, losses = ([number(value) for value in part.tolist()] for part in exercise.answer(call))
        losses[-1] = number(2.0**-100 if losses[-1] < 1e-24 else losses[-1])
        return ws, losses

    report = grade_reply(exercise, "1", reply)
    assert (report.points, report.remarks) == (report.out_of, ())


def test_one_argument_in_float32_is_not_called_differences():
    def gradient(x, y, w):
        return 2 * (float(np.float32(x)) * w - y) * x

    assert codes(graded("linear_loss", forward, gradient)) == []


@pytest.mark.parametrize("tiny", [1e-8, 1e-6])
def test_a_small_constant_added_for_safety_is_not_called_differences(tiny):
    def gradient(x, y, w):
        return 2 * (x * w - y) * x * (1 + tiny)

    assert codes(graded("linear_loss", forward, gradient)) == []


# Answers that do not depend on the question --------------------------------------------------------


def test_the_same_answer_to_every_question_is_named():
    def gradient(x, y, w):
        return 3.75

    assert codes(graded("linear_loss", forward, gradient)) == ["M26"]


@pytest.mark.parametrize("constant", [0.0, np.nan, np.inf, None, "3.75"])
def test_zeros_and_what_is_no_number_are_not_called_a_forgotten_argument(constant):
    def gradient(x, y, w):
        return constant

    assert codes(graded("linear_loss", forward, gradient)) == []


def test_where_one_part_depends_on_the_question_arguments_are_not_ignored():
    def gradient(x, y, w1, w2, b):
        return 6.6375, 4.425, 2 * (w1 * x**2 + w2 * x + b - y)

    assert codes(graded("quadratic_loss", gradient)) == []


def test_two_answers_are_too_few_to_say_that_arguments_are_ignored():
    exercise = assignments.find("linear_loss")
    calls = [call for planned in answer_key(exercise, "3").plan for call in planned.calls]
    reached = [i for i, call in enumerate(calls) if call.function == "gradient"][1]

    def run(request):
        del request
        return Ran(tuple(Returned(3.75) if i <= reached else Failed("crashed") for i in range(len(calls))))

    assert "M26" not in codes(grade(rehearsal(exercise, "3"), exercise, run))


# Misconceptions -----------------------------------------------------------------------------------


def test_a_misconception_in_other_words_is_named():
    """Ben leaves out the factor 2 and writes it his own way, in float32."""

    def gradient(x, y, w):
        return np.float32(w * x * x - y * x)

    report = graded("linear_loss", forward, gradient)
    assert [thought.name for thought in report.thoughts] == ["no_factor_two"]
    assert report.thoughts[0].edge == ("r", "loss")


def test_a_misconception_that_explains_some_answers_only_is_not_named():
    def gradient(x, y, w):
        return (x * w - y) * x if w > 0 else (x * w - y) * x + 1

    assert codes(graded("linear_loss", forward, gradient)) == []


def test_each_function_is_explained_on_its_own():
    def forward(x, y, w):
        return x * w, y - x * w, (y - x * w) ** 2

    def gradient(x, y, w):
        return 2 * (x * w - y)

    report = graded("linear_loss", forward, gradient)
    assert [thought.name for thought in report.thoughts] == ["target_minus_prediction", "inner_left_out"]


def test_of_several_functions_it_is_said_which_a_sentence_is_about():
    def gradient(x, y, w):
        return (x * w - y) * x

    report = graded("linear_loss", forward, gradient)
    assert report.thoughts[0].hint.en.startswith("`gradient`: A factor is missing")
    assert report.thoughts[0].hint.zh.startswith("`gradient`：")
    hidden = next(finding for finding in report.findings if finding.passed is False and not finding.public)
    assert hidden.detail.en.startswith("gradient, input 1 of 7: dw is ")
    assert hidden.detail.zh.startswith("gradient 第 1 组输入（共 7 组）：dw 是 ")


def test_of_one_function_nothing_needs_to_be_said():
    def product_backward(x, w, upstream):
        return w, x

    report = graded("product_gradient", product_backward)
    assert report.thoughts[0].hint.en.startswith("The upstream gradient was left out.")
    assert any(finding.detail and finding.detail.en.startswith("input 1 of 3: dx") for finding in report.findings)


@pytest.mark.parametrize(
    ("wrong", "english", "chinese"),
    [
        (lambda x, w: x == 1.5, "input 1 of 2: ", ""),
        (lambda x, w: True, " (both inputs are wrong)", "（2 组都有误）"),
        (lambda x, w: abs(x) > 1000, " (all 3 inputs are wrong)", "（3 组都有误）"),
    ],
)
def test_it_is_said_how_many_inputs_are_wrong(wrong, english, chinese):
    def product_backward(x, w, upstream):
        return w * upstream + (x * x if wrong(x, w) else 0), x * upstream

    details = [finding.detail for finding in graded("product_gradient", product_backward).findings if finding.detail]
    assert any(english in detail.en for detail in details)
    assert any(chinese in detail.zh for detail in details)
    assert not any("1 inputs" in detail.en for detail in details)


def test_a_forbidden_way_is_not_called_a_wrong_thought():
    report = graded("linear_loss", *by_differences("linear_loss", 1e-5, 1))
    assert [thought.code for thought in report.thoughts] == ["M44"]
    assert words.about(report.thoughts) == words.NOT_ALLOWED


def test_a_wrong_thought_is_called_one():
    def gradient(x, y, w):
        return (x * w - y) * x

    assert words.about(graded("linear_loss", forward, gradient).thoughts) == words.THOUGHT


def test_a_mistake_in_one_gradient_costs_only_its_part():
    def gradient(x, y, w1, w2, b):
        r = w1 * x**2 + w2 * x + b - y
        return 2 * r * x**2, 2 * r * x, r

    report = graded("quadratic_loss", gradient)
    assert earned(report) == {"curved_weight", "straight_weight"}
    assert [thought.name for thought in report.thoughts] == ["no_factor_two_in_b"]
    assert report.broken_laws


def test_a_crash_later_on_leaves_the_thought_of_the_answers_before():
    exercise = assignments.find("product_gradient")
    key = answer_key(exercise, "3")
    calls = [call for planned in key.plan for call in planned.calls]
    mistaken = exercise.misconceptions[0]

    def run(request):
        del request
        answers = [Returned(without_torch(exercise.answer(call, thinking=mistaken))) for call in calls[:4]]
        return Ran((*answers, *[Failed("timeout")] * (len(calls) - 4)))

    assert [thought.name for thought in grade(rehearsal(exercise, "3"), exercise, run).thoughts] == [mistaken.name]


def test_an_argument_that_was_written_into_is_a_remark():
    exercise = assignments.find("linear_loss")

    def run(request):
        return Ran(tuple(Returned(without_torch(a), changed=(1,)) for a in answer_key(exercise, "3").answers))

    report = grade(rehearsal(exercise, "3"), exercise, run)
    assert report.all_passed
    assert [remark.code for remark in report.remarks] == ["M10"]


def test_trace_plots_show_the_first_wrong_step():
    def early(x, y, w1, w2, b, lr, epochs):
        params, losses = train(x, y, w1, w2, b, lr, epochs)
        return [params[0], *[[1 + p for p in row] for row in params[1:]]], losses

    early.__name__ = "train"
    pictures = graded("train_quadratic", early).pictures
    traces = {trace.title.en: trace.first_wrong for trace in pictures if hasattr(trace, "first_wrong")}
    assert traces["params[:, 0]"] == 1
    assert traces["losses"] is None


# Precision ---------------------------------------------------------------------------------------


def train_in_plain_python(x, y, w, lr, epochs):
    ws, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y, strict=True):
            r = w * xi - yi
            losses.append(r**2)
            w -= lr * 2 * r * xi
            ws.append(w)
    return ws, losses


train_in_plain_python.__name__ = "train"


def _listed(argument):
    return argument.tolist() if isinstance(argument, np.ndarray) else argument


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_right_lists_of_plain_numbers_are_not_taken_for_float32(seed):
    """A number such as 0.47265625 is short in any precision: it says nothing about the program."""
    report = graded("train_linear", train_in_plain_python, seed=seed, prepare=_listed)
    assert report.all_passed
    assert not report.remarks


def test_lists_of_numbers_that_went_through_float32_are_remarked():
    def train(*arguments):
        return tuple([float(np.float32(n)) for n in part] for part in train_in_plain_python(*arguments))

    assert [remark.code for remark in graded("train_linear", train).remarks] == ["float32"]
