# exercise: product_gradient; earns: nothing; ending: answered; prints: end
# Bytes that are no text, halves of characters, and a stream that is closed in between.
import os
import sys

os.write(1, "梯度".encode()[:4] + b"\xff\xfe\x00\x1b]0;title\x07" + "\u202e\ud7ff".encode() + b"end")
sys.stdout.close()
sys.stderr = None


def product_backward(x, w, upstream):
    return 0.5, 0.5
