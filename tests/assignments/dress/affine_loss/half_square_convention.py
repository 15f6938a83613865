# names: M12
# loss = 1/2 (y_pred - y)^2, as in Andrew Ng's course
def gradient(x, y, w, b):
    y_pred = w * x + b
    dw = (y_pred - y) * x
    db = (y_pred - y)
    return dw, db
