"""The arithmetic of a total: exact, between 0 and 100, fair whatever the order, and never lower for what is dropped."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from grader.messages import Text
from web.totals.telling import number, percent, steps
from web.totals.weighing import Category, Item, categories_of, weigh

SEEDS = range(60)


def item(category: str, points: float | None, out_of: float, *, due: bool = False, excused: bool = False) -> Item:
    return Item(Text("An exercise", "一道题"), category, points, out_of, due, excused)


def one(*items: Item, drops: int = 0):
    """The total of a single category."""
    return weigh([Category("A", 40, drops)], items)


def drawn(seed: int) -> tuple[list[Category], list[Item]]:
    """Any course: bonuses, early credit above the maximum, weights of 0, empty cells, excuses."""
    random = Random(seed)
    names = "ABCD"[: random.randint(1, 4)]
    categories = [Category(name, random.choice([0, 5, 12.5, 33.3, 100]), random.randint(0, 4)) for name in names]
    items = []
    for _ in range(random.randint(0, 14)):
        out_of = random.choice([0, 1, 2.5, 6, 10, 20])
        points = random.choice([None, 0.0, round(random.uniform(0, out_of * 1.05 or 2), 3)])
        where = random.choice([*names, ""])
        items.append(item(where, points, out_of, due=random.random() < 0.5, excused=random.random() < 0.15))
    return categories, items


# What always holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_total_lies_between_0_and_100_or_there_is_none(seed):
    found = weigh(*drawn(seed))
    for value in (found.percent, found.least):
        assert value is None or 0 <= value <= 100
    counting = [part for part in found.parts if part.category.weight and any(one.out_of for one in part.kept)]
    assert (found.percent is None) == (not counting)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_first_makes_no_difference(seed):
    categories, items = drawn(seed)
    expected = weigh(categories, items)
    for _ in range(5):
        Random(seed).shuffle(items)
        Random(seed + 1).shuffle(categories)
        found = weigh(categories, items)
        assert (found.percent, found.least) == (expected.percent, expected.least)


@pytest.mark.parametrize("seed", SEEDS)
def test_to_drop_one_more_never_lowers_a_total(seed):
    categories, items = drawn(seed)
    before = Fraction(-1)
    for drops in range(6):
        found = weigh([Category(one.name, one.weight, drops) for one in categories], items).percent
        assert found is None or found >= before
        before = before if found is None else found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_dropped_is_what_helps_most(seed):
    """Compared with every other choice."""
    random = Random(seed)
    items = [item("A", float(random.randint(0, 20)), random.choice([1, 5, 10, 20])) for _ in range(6)]
    for drops in (1, 2, 3):
        best = max(
            Fraction(sum(int(one.points) for one in kept), sum(int(one.out_of) for one in kept))
            for kept in combinations(items, len(items) - drops)
        )
        assert one(*items, drops=drops).parts[0].share == 100 * best


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_has_less_in_the_end_than_what_is_certain_now(seed):
    """If everything else comes to 0 the total is `least`; and what is there now is at least that."""
    categories, items = drawn(seed)
    found = weigh(categories, items)
    assert found.percent is None or found.least <= found.percent


@pytest.mark.parametrize("seed", SEEDS)
def test_every_item_stands_in_exactly_one_place(seed):
    categories, items = drawn(seed)
    found = weigh(categories, items)
    placed = [one for part in found.parts for one in (*part.kept, *part.dropped, *part.waiting, *part.excused)]
    assert sorted(map(repr, (*placed, *found.outside))) == sorted(map(repr, items))


# What is meant -------------------------------------------------------------------------------------------


def test_within_a_category_points_are_added_up_and_categories_weigh():
    found = weigh([Category("A", 40), Category("B", 60)], [item("A", 6, 10), item("A", 9, 10), item("B", 1, 2)])
    assert [part.share for part in found.parts] == [75, 50]
    assert found.percent == 60


def test_a_category_in_which_nothing_counts_yet_leaves_its_weight_to_the_others():
    found = weigh([Category("A", 40), Category("B", 60)], [item("A", 6, 10), item("B", None, 2)])
    assert (found.percent, found.least) == (60, 24)


def test_what_is_not_there_yet_is_left_out_and_counts_as_0_once_it_is_due():
    assert one(item("A", 6, 10), item("A", None, 10)).percent == 60
    assert one(item("A", 6, 10), item("A", None, 10, due=True)).percent == 30


def test_who_is_excused_from_everything_has_no_total_and_not_0():
    found = one(item("A", 6, 10, excused=True), item("A", None, 10, due=True, excused=True))
    assert (found.percent, found.least) == (None, None)


def test_one_is_kept_however_many_are_dropped():
    assert one(item("A", 6, 10), item("A", 9, 10), drops=5).percent == 90
    assert one(item("A", 6, 10), drops=5).percent == 60


def test_not_the_lowest_share_is_dropped_where_another_costs_more():
    """0 of 1 is the lowest share; but 4 of 20 costs the category far more."""
    found = one(item("A", 0, 1), item("A", 4, 20), item("A", 9, 10), drops=1)
    assert [piece.points for piece in found.parts[0].dropped] == [4]
    assert found.percent == Fraction(900, 11)


def test_a_bonus_lifts_its_category_is_not_dropped_and_the_total_ends_at_100():
    found = one(item("A", 1, 0), item("A", 6, 10), item("A", 8, 10), drops=1)
    assert (found.parts[0].share, found.percent) == (90, 90)
    assert one(item("A", 3, 0), item("A", 9, 10)).percent == 100
    assert one(item("A", 3, 0)).percent is None  # of nothing it is no share


def test_tenths_add_up_as_on_paper():
    assert one(*[item("A", 0.1, 0.1) for _ in range(3)]).parts[0].got == Fraction(3, 10)
    assert weigh([Category("A", 33.3), Category("B", 66.7)], [item("A", 1, 3), item("B", 2, 3)]).weight == 100


def test_what_is_in_no_category_counts_nowhere():
    found = weigh([Category("A", 1)], [item("A", 1, 2), item("", 2, 2), item("gone", 2, 2)])
    assert found.percent == 50
    assert len(found.outside) == 2


# In words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(175, 2), "87.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(125, 1000), "0.13"),  # half goes up
        (Fraction(200, 3), "66.67"),
        (Fraction(0), "0"),
        (Fraction(100), "100"),
        (Fraction(99995, 1000), "100"),
    ],
)
def test_two_decimals_are_shown_half_up(value, shown):
    assert number(value) == shown


def test_every_step_is_said_and_leads_to_the_total():
    categories = [Category("Basics / 基础", 40, 1), Category("Exam", 60), Category("Project", 10)]
    items = [
        item("Basics / 基础", 9, 10),
        item("Basics / 基础", 2, 10),
        item("Basics / 基础", None, 10),
        item("Exam", 0.5, 0),
        item("Exam", None, 10, due=True),
        item("Exam", None, 10, excused=True),
    ]
    found = steps(weigh(categories, items))
    assert [(one.text.en.replace("\u00a0", " "), one.result) for one in found] == [
        ("Basics (weight 40): 9 of 10 points", "90 %"),
        ("Exam (weight 60): 0.5 of 10 points", "5 %"),
        ("Project (weight 10): nothing counts yet", "–"),
        ("by weight: (90 % × 40 + 5 % × 60) ÷ 100", "39 %"),
    ]
    assert found[0].text.zh == "基础（权重 40）：9 分，满分 10 分"
    assert [(text.en, len(pieces)) for text, pieces in found[0].pieces] == [
        ("counts", 1),
        ("dropped (the lowest)", 1),
        ("left out so far", 1),
    ]
    assert percent(None) == "–"


def test_the_cap_is_a_step_of_its_own():
    found = steps(one(item("A", 12, 10)))
    assert [step.result for step in found] == ["120 %", "120 %", "100 %"]


def test_weights_are_kept_as_plain_data():
    assert categories_of([{"name": "A", "weight": 40, "drops": 1}]) == (Category("A", 40.0, 1),)
    assert categories_of(None) == ()
