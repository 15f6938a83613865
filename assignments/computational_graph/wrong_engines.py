"""The engines that students write by mistake: the right one with one thought replaced."""

from . import Value, exercise
from .engine import RULES, Derived, Engine


def one_more(steps):
    """Count a step, and give up where a program would run into its time limit."""
    steps = steps or [0]
    steps[0] += 1
    if steps[0] > 10_000:
        raise TimeoutError
    return steps


@exercise.misconception("M08", Value, edge=("margin", "active"))
class ReluPassesActivation(Engine):
    """The slope of relu is taken to be its own value. How much does $\\max(0, a)$ rise when a positive $a$ rises by
    a little?"""

    slopes = Engine.slopes | {"relu": lambda _, y: (y,)}


@exercise.misconception("M08", Value, edge=("margin", "active"))
class ReluClampsUpstream(Engine):
    """Backward, relu clamps the gradient that arrives. Which number decided on the way forward whether anything
    passes?"""

    def passed_back(self):
        return [(self.sources[0], max(self.grad, 0.0))] if self.rule == "relu" else super().passed_back()


@exercise.misconception("M28", Value, edge=("a", "output"))
class Overwrites(Engine):
    """A value that is used twice keeps only the last gradient that it was sent. In $a + a$, how often does $a$ hear
    from the sum, and what becomes of the first time?"""

    def receive(self, gradient):
        self.grad = gradient


@exercise.misconception("M29", Value, edge=("square", "output"))
class SwappedRules(Engine):
    """The rules of + and × are swapped. If $b$ rises by a little, by how much does $a + b$ rise, and by how much $a
    \\cdot b$?"""

    slopes = Engine.slopes | {"add": Engine.slopes["mul"], "mul": Engine.slopes["add"]}


@exercise.misconception("M29", Value, edge=("b", "margin"))
class MinusForgotten(Engine):
    """In $a - b$ both sides get a gradient of the same sign. If $b$ rises, which way does the difference go?"""

    slopes = Engine.slopes | {"sub": Engine.slopes["add"]}


@exercise.misconception("M29", Value, edge=("margin", "active"))
class UpstreamDropped(Engine):
    """Every operation passes back its own slope alone. Your slope says how much the operation moves; how does the
    result move when it does?"""

    forgets = tuple(RULES)


@exercise.misconception("M29", Value, edge=("margin", "active"))
class UpstreamDroppedInFunctions(Engine):
    """exp, tanh and relu pass back their own slope alone, unlike the other operations. How does the result move
    when their value does?"""

    forgets = ("exp", "tanh", "relu")


@exercise.misconception("M29", Value, edge=("x", "product"))
class UpstreamDroppedInProducts(Engine):
    """A product passes back the other factor alone. How does the result move when the product does?"""

    forgets = ("mul",)


@exercise.misconception("M29", Value, edge=("square", "output"))
class SwappedRulesAndWhatIsBuiltOnThem(Derived):
    """The rules of + and × are swapped, and minus and division are built on them. If $b$ rises by a little, by how much
    does $a + b$ rise, and by how much $a \\cdot b$?"""

    slopes = SwappedRules.slopes


@exercise.misconception("M29", Value, edge=("margin", "active"))
class UpstreamDroppedThroughout(Derived):
    """Every operation passes back its own slope alone, and minus and division are built of such operations. Your slope
    says how much the operation moves; how does the result move when it does?"""

    forgets = tuple(RULES)


@exercise.misconception("M29", Value, edge=("x", "product"))
class ProductsAndQuotientsDropUpstream(Derived):
    """A product passes back the other factor alone, and minus and division are built of products. How does the result
    move when the product does?"""

    forgets = ("mul",)


@exercise.misconception("M30", Value)
class NearestFirst(Engine):
    """Values pass their gradient on in the order in which you come across them, some before everything has arrived.
    Which values must be done before it is this one's turn?"""

    def order(self):
        found, queue = {}, [self]
        for value in queue:
            if value not in found:
                found[value] = True
                queue += value.sources
        return list(found)


@exercise.misconception("M30", Value)
class Recursive(Engine):
    """Right, until the graph is deeper than Python lets a function call itself. Can you find the order with a list
    of what is still to be visited?"""

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for source in value.sources:
                    visit(source)
                found.append(value)

        visit(self)
        return found[::-1]


@exercise.misconception("M30", Value)
class EveryPath(Engine):
    """Your engine walks every path from the result to the inputs by itself. How many paths has a ladder whose every
    rung has two, and what could a value wait for?"""

    def backward(self, upstream=1.0, steps=()):
        self.grad, before = upstream, self.grad
        on, steps = self.passed_back(), one_more(steps)
        self.grad += before
        for source, gradient in on:
            source.backward(gradient, steps)


@exercise.misconception("M30", Value)
class PassesOnAgain(Engine):
    """Each time something arrives, a value passes on all that it has, the earlier part once more. When is the right
    moment to pass it on, once?"""

    def backward(self, upstream=1.0, steps=()):
        self.receive(upstream)
        steps = one_more(steps)
        for source, gradient in self.passed_back():
            source.backward(gradient, steps)
