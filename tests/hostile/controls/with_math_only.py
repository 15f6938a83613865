# exercise: softmax_derivative; earns: all; ending: answered
"""No numpy of one's own: loops, math.fsum and lists."""
import math


def softmax(a):
    top = max(float(v) for v in a)
    e = [math.exp(float(v) - top) for v in a]
    total = math.fsum(e)
    return [v / total for v in e]


def softmax_jacobian(a):
    p = softmax(a)
    return [[p[i] * ((1.0 if i == j else 0.0) - p[j]) for j in range(len(p))] for i in range(len(p))]


def softmax_backward(p, upstream):
    answer = []
    for row, g in zip(p, upstream):
        dot = math.fsum(float(r) * float(u) for r, u in zip(row, g))
        answer.append([float(r) * (float(u) - dot) for r, u in zip(row, g)])
    return answer
