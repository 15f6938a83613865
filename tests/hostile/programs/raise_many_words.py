# exercise: product_gradient; earns: nothing; ending: raised
# An exception of a megabyte, with control characters and markup.
def product_backward(x, w, upstream):
    raise ValueError("\u202e<script>\x1b[2J" * 100_000)
