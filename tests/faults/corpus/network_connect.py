# verdict: failed
# needs: landlock-tcp
# message: Permission
import socket


def double(x):
    socket.create_connection(("127.0.0.1", 9), timeout=1).close()
    return x * 2
