"""Servers and clients in one kernel."""

import asyncio
import http.server
import socket
import threading
import urllib.request

server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler
)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(len(urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").read()))
server.shutdown()
a, b = socket.socketpair()
a.sendall(b"x")
b.recv(1)
a.sendmsg([b"y"])
b.recvmsg(10)
socket.send_fds(a, [b"z"], [0])
socket.recv_fds(b, 10, 1)
a.getsockopt(1, 8)
a.shutdown(2)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.sendto(b"x", udp.getsockname())
udp.recvfrom(10)
socket.if_nameindex()
socket.gethostname()
socket.getaddrinfo("127.0.0.1", 80)
six = socket.socket(socket.AF_INET6)
six.close()
unix = socket.socket(socket.AF_UNIX)
unix.bind("/tmp/own")
unix.listen()
other = socket.socket(socket.AF_UNIX)
other.connect("/tmp/own")
unix.accept()
other.getpeername()


async def main():
    async def reply(reader, writer):
        writer.write(await reader.readline())
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hi\n")
    print(await reader.read())


thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
thread.join()
