# exercise: softmax_derivative; earns: all; ending: answered
"""Threads, pools and numpy's own: concurrency is not forbidden."""
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread

import numpy as np

lock, results = Lock(), {}
pool = ThreadPoolExecutor(4)


def softmax(a):
    e = np.exp(a - a.max())
    return e / e.sum()


def softmax_jacobian(a):
    p = softmax(a)
    big = np.ones((300, 300)) @ np.ones((300, 300))
    assert big[0, 0] == 300
    return np.array(list(pool.map(lambda i: p[i] * (np.eye(len(p))[i] - p), range(len(p)))))


def softmax_backward(p, upstream):
    def work(i):
        with lock:
            results[i] = np.einsum("i,ij,j->j", upstream[i], np.eye(len(p[i])), p[i]) - p[i] * np.dot(p[i], upstream[i])

    threads = [Thread(target=work, args=(i,)) for i in range(len(p))]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return np.array([results.pop(i) for i in range(len(p))])
