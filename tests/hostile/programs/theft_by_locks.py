# exercise: product_gradient; earns: nothing; ending: answered; prints: no word from a neighbour
# Signals to neighbours, or to the host, by locks and leases on files that all boxes see.
import fcntl
import os

from inside import wire

heard = []


def attempt(words, way):
    try:
        way()
        heard.append(words)
    except OSError:
        pass


if True:  # a bare loop would be left out
    for path, mode in ((wire.__file__, os.O_RDONLY), (os.__file__, os.O_RDONLY), ("/dev/null", os.O_RDWR), ("/dev/zero", os.O_RDWR)):
        descriptor = os.open(path, mode)
        for kind in (fcntl.LOCK_EX, fcntl.LOCK_SH):
            attempt(("flock", path), lambda: fcntl.flock(descriptor, kind | fcntl.LOCK_NB))
            attempt(("lockf", path), lambda: fcntl.lockf(descriptor, kind | fcntl.LOCK_NB))
        attempt(("lease", path), lambda: fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK))
        attempt(("notify", path), lambda: fcntl.fcntl(descriptor, fcntl.F_NOTIFY, fcntl.DN_ACCESS))
    attempt("seals", lambda: fcntl.fcntl(1, 1033, 1))
print("LEAK: " + str(heard) if heard else "no word from a neighbour")


def product_backward(x, w, upstream):
    return 0.5, 0.5
