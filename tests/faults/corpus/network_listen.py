# verdict: failed
# needs: landlock-tcp
# message: Permission
import socket


def double(x):
    socket.create_server(("127.0.0.1", 47_913)).close()
    return x * 2
