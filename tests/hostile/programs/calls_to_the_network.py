# exercise: product_gradient; earns: nothing; ending: answered; prints: no network
# Sockets of every family: addresses, abstract names, netlink, packets, virtual machines.
import socket

if True:  # a bare loop would be left out
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 16, 17, 38, 40, 2 | 0):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(family, kind)
                print("LEAK: socket", family, kind)
            except OSError:
                pass
try:
    socket.socketpair()
    print("LEAK: socketpair")
except OSError:
    pass
if True:  # a bare loop would be left out
    for use in (lambda: socket.create_connection(("127.0.0.1", 80), 0.1), lambda: socket.getaddrinfo("example.org", 80),
                lambda: socket.if_nameindex()):
        try:
            print("LEAK:", use())
        except OSError:
            pass
channel = None
try:
    channel = socket.socket(fileno=3, family=socket.AF_UNIX, type=socket.SOCK_STREAM)
except OSError:
    pass
if True:  # a bare loop would be left out
    for use in (lambda: channel.getpeername(), lambda: channel.getsockopt(socket.SOL_SOCKET, 17, 12),
                lambda: socket.send_fds(channel, [b"x"], [0]), lambda: channel.recvmsg(1, 100)):
        try:
            print("LEAK: the channel as a socket", use())
        except (OSError, AttributeError):
            pass
channel and channel.detach()
print("no network")


def product_backward(x, w, upstream):
    return 0.5, 0.5
