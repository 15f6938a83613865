# earns: full
import matplotlib.pyplot as plt
import numpy as np

# L = w²x² + b² + y² + 2wxb - 2wxy - 2by


def gradient(x, y, w, b):
    dw = 2 * w * x ** 2 + 2 * x * b - 2 * x * y
    db = 2 * b + 2 * w * x - 2 * y
    return np.float64(dw), np.float64(db)


ws = np.linspace(-3, 3, 50)
plt.plot(ws, [gradient(1.5, -0.2, w, 0.3)[0] for w in ws])
plt.xlabel("w")
plt.show()
