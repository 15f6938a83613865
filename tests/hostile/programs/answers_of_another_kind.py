# exercise: product_gradient; earns: nothing; ending: answered or unsendable
# Truth, text, complex numbers, bytes, dates and objects where numbers are asked.
import datetime
import decimal
import itertools

import numpy as np

turn = itertools.cycle([(True, True), ("0.5", "0.5"), (0.5 + 0j, 0.5j), {"dx": 0.5, "dw": 0.5}, [[0.5], [0.5]], "ab",
                        (np.array(["0.5"]), None), (np.datetime64("2026-01-01"), 1), (decimal.Decimal(1), 1),
                        (np.zeros(1, "V8"), 1), (datetime.date.today(), 1), (np.float128(1), 1), np.ma.masked_all(2)])


def product_backward(x, w, upstream):
    return next(turn)
