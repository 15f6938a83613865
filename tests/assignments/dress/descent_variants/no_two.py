# names: M12
import numpy as np

def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for e in range(epochs):
        for i in range(0, len(x), batch_size):
            xb, yb = x[i:i+batch_size], y[i:i+batch_size]
            m = len(xb)
            w = w - lr * (1/m) * np.dot(xb, xb * w - yb)
            ws.append(w)
    return np.array(ws)
