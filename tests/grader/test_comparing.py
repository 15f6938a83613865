"""How answers are compared: what counts as the same, and what is said where it is not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.arrays import agreeing, as_array, is_float32
from grader.comparing import Difference, compare, split
from grader.describing import short

TIGHT = 1e-11
LOOSE = 1e-6


def said(got, expected, tolerance=TIGHT, names=()):
    difference = compare(got, expected, tolerance, names)
    assert difference is not None
    assert difference.text.zh
    return difference.text.en


@pytest.mark.parametrize("answer", [2.5, np.float64(2.5), np.array(2.5), 2.5 + 1e-13, torch.tensor(2.5).double()])
def test_a_number_is_a_number_however_it_is_wrapped(answer):
    assert compare(answer, torch.tensor(2.5, dtype=torch.float64), TIGHT) is None


def test_lists_and_tuples_of_numbers_stand_for_arrays():
    assert compare([[1, 2], [3, 4]], torch.tensor([[1.0, 2.0], [3.0, 4.0]]), TIGHT) is None
    assert compare([1.5, 2.5], (torch.tensor(1.5), torch.tensor(2.5)), TIGHT, ("dx", "dw")) is None


def test_the_shape_is_said_before_the_values():
    assert said([1.0, 2.0], torch.tensor(1.0)) == "the answer has shape (2,), expected no shape (a single number)"


def test_the_part_and_the_index_and_the_ratio_are_named():
    text = said((1.0, [4.0, 6.0]), (torch.tensor(1.0), torch.tensor([2.0, 3.0])), names=("dx", "dw"))
    assert text == "dw[0] is 4, expected 2: 2 × the expected value everywhere"


def test_a_flipped_sign_is_called_so():
    assert said(-3.0, torch.tensor(3.0)) == "the answer is −3, expected 3: the sign is flipped"


def test_a_number_that_is_not_finite_is_shown_first():
    assert said([1.0, 9.0, np.nan], torch.tensor([1.0, 2.0, 3.0])) == "the answer[2] is nan, expected 3"
    assert said(np.inf, torch.tensor(3.0)) == "the answer is inf, expected 3"


def test_nan_does_not_agree_with_a_number_but_with_nan():
    assert compare(np.nan, 1.0, TIGHT) is not None
    assert compare(np.nan, np.nan, TIGHT) is None
    assert compare(np.inf, -np.inf, TIGHT) is not None


def test_nan_in_one_part_names_that_part():
    difference = compare((1.0, np.nan), (1.0, 2.0), TIGHT, ("dx", "dw"))
    assert difference.part == "dw"


def test_empty_arrays_agree_where_their_shapes_do():
    assert compare(np.zeros((0, 3)), torch.zeros(0, 3), TIGHT) is None
    assert "shape (0,), expected shape (0, 3)" in said(np.zeros(0), torch.zeros(0, 3))


def test_integers_are_compared_by_value():
    assert compare(np.int8(-128), -128.0, TIGHT) is None
    assert compare(np.uint8(1), 2, TIGHT) is not None
    assert compare(np.array([1, 2], dtype=np.uint64), np.array([1, 2]), TIGHT) is None


def test_an_integer_too_large_for_an_array_is_still_a_number():
    assert said(10**30, 1.0) == "the answer is 1e30, expected 1"
    assert "inf" in said(10**400, 1.0)
    assert said([10**30, 2], torch.tensor([1.0, 2.0])).startswith("the answer[0] is 1e30")


def test_truth_values_are_compared_with_truth_values_only():
    assert compare(np.array([True, False]), np.array([True, False]), TIGHT) is None
    assert compare(np.array([True, False]), np.array([True, True]), TIGHT) is not None
    assert "True/False" in said(True, 1.0)


def test_complex_numbers_are_not_taken_for_real_ones():
    assert "complex numbers" in said(1 + 0j, 1.0)
    assert compare(np.complex64(1 + 2j), 1 + 2j, 1e-4) is None
    assert "1+3j" in said(np.complex64(1 + 3j), 1 + 2j)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "is None: is a return missing?"),
        ("0.5", "is of type str, expected numbers"),
        ({"a": 1}, "is of type dict, expected numbers"),
        ([1.0, [2.0, 3.0]], "is a list of 2, expected numbers of one shape"),
        ([1.0, None], "is a list of 2, expected numbers of one shape"),
    ],
)
def test_what_is_not_numbers_is_named(answer, words):
    assert said(answer, torch.tensor([1.0, 2.0])) == f"the answer {words}"


@pytest.mark.parametrize("answer", [None, 3.0, np.array([1.0, 2.0]), [1.0], (1.0, 2.0, 3.0), {"dx": 1.0}])
def test_a_pair_is_wanted_where_a_pair_is_asked(answer):
    assert isinstance(split(answer, (1.0, 2.0), ("dx", "dw")), Difference) or compare(answer, (1.0, 2.0), TIGHT) is None


def test_an_array_with_one_row_a_part_counts_as_the_parts():
    assert compare(np.array([1.0, 2.0]), (1.0, 2.0), TIGHT, ("dx", "dw")) is None


def test_the_order_of_a_dictionary_does_not_matter_but_its_keys_do():
    expected = {"w": torch.tensor(1.0), "b": torch.tensor(2.0)}
    assert compare({"b": 2.0, "w": 1.0}, expected, TIGHT) is None
    assert compare({"w": 1.0}, expected, TIGHT) is not None
    assert compare({"b": 3.0, "w": 1.0}, expected, TIGHT).part == "b"


def test_structures_within_structures_are_compared_leaf_by_leaf():
    expected = {"deltas": (torch.tensor([1.0, 2.0]), torch.tensor(3.0)), "loss": torch.tensor(4.0)}
    assert compare({"deltas": [[1.0, 2.0], 3.0], "loss": 4.0}, expected, TIGHT) is None
    assert compare({"deltas": [[1.0, 2.0], 5.0], "loss": 4.0}, expected, TIGHT).part == "deltas[1]"
    assert compare({"deltas": 7.0, "loss": 4.0}, expected, TIGHT).part == "deltas"


def test_float32_is_measured_by_what_float32_can_do():
    exact = torch.tensor([0.1234567891, 1.1], dtype=torch.float64)
    assert compare(exact.float().numpy(), exact, LOOSE) is None
    assert compare(exact.float().double().numpy(), exact, LOOSE) is None
    assert compare((exact * 1.001).float().numpy(), exact, LOOSE) is not None


def test_float32_may_cancel_as_float32_does():
    """0.1 + 0.2 - 0.3 leaves noise of the size of float32's rounding, beside entries of size one."""
    expected = torch.tensor([1.0, 1e-9], dtype=torch.float64)
    assert compare(np.array([1.0, 3e-8], dtype=np.float32), expected, LOOSE) is None


def test_float32_is_not_enough_where_float64_is_asked_for():
    exact = torch.tensor([0.1234567891, 1.1], dtype=torch.float64)
    assert compare(exact.float().numpy(), exact, TIGHT) is not None


def test_round_numbers_are_not_taken_for_float32():
    assert not is_float32(np.array([0.5, -3.0, 0.25]))
    assert not is_float32(np.array([0.1]))
    assert not is_float32(np.array([], dtype=np.float64))
    assert is_float32(np.array([0.1], dtype=np.float32))


def test_an_answer_that_is_nearly_right_is_not_called_another_order_or_a_transpose():
    symmetric = torch.tensor([[2.0, 1.0], [1.0, 2.0]]).double()
    text = said(symmetric.numpy() + 1e-9, symmetric)
    assert "transpose" not in text
    assert "order" not in text
    assert "×" not in text


def test_numbers_that_differ_late_are_shown_with_the_digits_that_differ():
    assert said(6.637500012, 6.6375).startswith("the answer is 6.637500012, expected 6.6375")


def test_a_rounded_answer_is_called_rounded():
    assert said(0.3333, 1 / 3).endswith("the expected value, rounded to 4 decimals")


def test_a_transposed_matrix_is_recognised():
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert said(matrix.T.numpy(), matrix).endswith("this is the transpose of the expected matrix")


def test_a_transposed_matrix_is_recognised_by_its_shape_too():
    matrix = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    shapes = "the answer has shape (3, 2), expected shape (2, 3): "
    assert said(matrix.T.numpy(), matrix) == f"{shapes}this is the transpose of the expected matrix"
    assert said(-matrix.T.numpy(), matrix) == (
        f"{shapes}this is the transpose of the expected matrix, with the sign flipped"
    )
    assert said(matrix.T.numpy() / 2, matrix) == f"{shapes}0.5 × the transpose of the expected matrix"
    assert said(matrix.T.numpy() + 1, matrix) == shapes.removesuffix(": ")


def test_a_square_matrix_may_be_transposed_and_flipped_at_once():
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert said(-matrix.T.numpy(), matrix).endswith(
        "this is the transpose of the expected matrix, with the sign flipped"
    )


def test_right_values_in_another_shape_are_called_so():
    column = torch.tensor([[1.0], [2.0], [3.0]])
    assert said([1.0, 2.0, 3.0], column).endswith("the values are right, in another shape")
    assert said([1.0, 2.0, 4.0], column) == "the answer has shape (3,), expected shape (3, 1)"


@pytest.mark.parametrize("expected", [torch.tensor(2.5), torch.tensor([1.0, 2.0])])
def test_a_tuple_as_autograd_grad_gives_it_is_told_to_be_opened(expected):
    assert said((expected,), expected).endswith("(torch.autograd.grad gives a tuple): take its [0]")
    assert "take its [0]" not in said((expected + 1,), expected)


def test_a_trace_that_is_off_by_one_step_is_called_so():
    trace = torch.tensor([1.0, 2.0, 4.0, 8.0])
    assert said([5.0, 1.0, 2.0, 4.0], trace).endswith("each value stands one step too late")
    assert said([2.0, 4.0, 8.0, 16.5], trace).endswith("each value stands one step too early")
    assert said([8.0, 4.0, 2.0, 1.0], trace).endswith("the right values in reverse order")


def test_rows_of_a_trace_may_be_off_by_one_step_too():
    trace = torch.tensor([[1.0, 9.0], [2.0, 7.0], [4.0, 3.0]])
    assert said([[0.0, 0.0], [1.0, 9.0], [2.0, 7.0]], trace).endswith("each value stands one step too late")


def test_the_step_from_which_on_a_trace_is_wrong_is_said():
    trace = torch.tensor([1.0, 2.0, 4.0, 8.0, 9.0])
    assert said([1.0, 2.0, 4.5, 8.5, 8.7], trace).endswith("right before [2], and wrong from there on")
    assert said([1.0, 2.5, 4.0, 8.0, 9.5], trace).endswith("2 of 5 entries differ")
    assert said([1.0, 2.0, 4.0, 8.0, 9.5], trace).endswith("1 of 5 entries differ")


def test_some_wrong_entries_are_counted():
    assert said([1.0, 2.0, 4.0], torch.tensor([1.0, 2.0, 3.0])).endswith("1 of 3 entries differ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.5, "−0.5"),
        (1e-5, "1e−5"),
        (2e6, "2e6"),
        (1 / 3, "0.333333"),
        (np.nan, "nan"),
        (-np.inf, "−inf"),
        (1e-300, "1e−300"),
        (1e10, "1e10"),
        (-2.5e123, "−2.5e123"),
        (10, "10"),
        (np.complex64(1 + 2j), "1+2j"),
        (1e10 - 1e-10j, "1e10−1e−10j"),
    ],
)
def test_numbers_have_the_digits_that_matter(value, text):
    assert short(value) == text


@pytest.mark.parametrize("answer", [1.7e308, -1.7e308, [1.7e308, 1.7e308]])
def test_an_answer_too_large_for_a_ratio_is_said_without_one(answer):
    expected = torch.full(np.shape(answer), 0.5, dtype=torch.float64)
    assert "1.7e308, expected 0.5" in said(answer, expected)
    assert "×" not in said(answer, expected)


def test_an_array_of_another_length_is_not_taken_apart():
    """A view of one number can claim a billion rows; a list of them would not fit into memory."""

    class Counted(np.ndarray):
        def __iter__(self):
            raise AssertionError("it was taken apart")

    rows = np.broadcast_to(0.0, (10**9,)).view(Counted)
    assert isinstance(split(rows, (1.0, 2.0), ("dx", "dw")), Difference)


def test_extreme_sizes_raise_no_warning():
    huge = np.array([1e308, -1e308])
    assert compare(-huge, huge, TIGHT) is not None
    assert compare(np.array([5e-324, 1.0]), np.array([1e-300, 2.0]), TIGHT) is not None
    assert compare(huge, np.array([1e-9, np.inf]), TIGHT) is not None


def test_agreement_is_entry_by_entry():
    right = agreeing(np.array([1.0, 2.0]), np.array([1.0, 3.0]), TIGHT)
    assert right.tolist() == [True, False]


@pytest.mark.parametrize("nonsense", ["a", None, {}, [1, "a"], object()])
def test_only_numbers_become_arrays(nonsense):
    with pytest.raises(ValueError, match=r"not numbers|\w"):
        as_array(nonsense)
