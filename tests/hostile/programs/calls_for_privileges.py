# exercise: product_gradient; earns: nothing; ending: answered; prints: no privileges
# Becomes somebody else, raises its limits, makes itself traceable, loosens its filter.
import ctypes
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
if True:  # a bare loop would be left out
    for way in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0]),
                lambda: os.chroot("/tmp"), lambda: os.nice(-5), lambda: os.chown("/tmp", 0, 0), lambda: os.setuid(1000),
                lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1 << 20, 1 << 20)), lambda: os.sched_setaffinity(0, {0}),
                lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20)),
                lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (1 << 16, 1 << 16))):
        try:
            way()
            print("LEAK: privilege")
        except (OSError, ValueError, PermissionError):
            pass
if True:  # a bare loop would be left out
    for option, value in ((4, 1), (22, 0), (38, 0), (8, 1), (1, 0), (36, 1), (0x59616D61, 1), (24, 0), (35, 1)):
        if libc.prctl(option, value, 0, 0, 0) >= 0:
            print("LEAK: prctl", option)
print("no privileges")


def product_backward(x, w, upstream):
    return 0.5, 0.5
