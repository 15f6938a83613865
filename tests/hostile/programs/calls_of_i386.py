# exercise: product_gradient; earns: nothing; ending: crashed; prints: trying
# Machine code that enters the kernel by the 32-bit door: the same numbers mean other calls there.
import ctypes
import mmap

print("trying", flush=True)
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("53 b8 14000000 cd80 5b c3"))  # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
start = ctypes.addressof(ctypes.c_char.from_buffer(code))
print("LEAK: int 0x80 gave", ctypes.CFUNCTYPE(ctypes.c_int)(start)(), flush=True)


def product_backward(x, w, upstream):
    return 0.5, 0.5
