"""Attacks over the network; the only other end is a listener of the test itself."""

from tests.attacks.attack import UNSAFE, Attack

TELL = """
import os, socket
text = b"loot from @MARK@"
def tell(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(2)
        one.connect(address)
        one.send(text)
    return address
"""

ATTACKS = (
    Attack(
        "connects",
        "TCP to a listener on the loopback, by every name of it",
        TELL
        + """
for host in ("127.0.0.1", "0.0.0.0", "localhost", "127.1.2.3"):
    attempt(tell, socket.AF_INET, socket.SOCK_STREAM, (host, @PORT@))
for host in ("::1", "::ffff:127.0.0.1"):
    attempt(tell, socket.AF_INET6, socket.SOCK_STREAM, (host, @PORT@))
""",
        proof=UNSAFE,
    ),
    Attack(
        "datagrams",
        "UDP to a listener, broadcast on the loopback",
        TELL
        + """
def datagram(host):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(text, (host, @PORT@))
for host in ("127.0.0.1", "127.255.255.255"):
    try:
        print(datagram(host))  # what counts is whether it arrives
    except OSError as error:
        print(error)
""",
        proof=UNSAFE,
    ),
    Attack(
        "local sockets",
        "a Unix socket by its path, and an abstract one",
        TELL
        + """
for address in ("@UNIX@", "/proc/1/root@UNIX@", "\\0@ABSTRACT@"):
    attempt(tell, socket.AF_UNIX, socket.SOCK_STREAM, address)
def handed_over():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.sendmsg([text], [], 0, "@UNIX@")
attempt(handed_over)
for path in ("/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private",
             f"/run/user/{os.getuid()}/bus", "/tmp/.X11-unix/X0"):
    attempt(tell, socket.AF_UNIX, socket.SOCK_STREAM, path)
""",
        proof=UNSAFE,
    ),
    Attack(
        "rare address families",
        "AF_PACKET, AF_VSOCK, AF_ALG, Bluetooth, CAN, XDP, raw sockets",
        """
import socket
for family in (17, 40, 38, 31, 29, 44, 16, 15, 21, 30, 43, 39):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW,
                 socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind)
        except OSError:
            continue
        if family != 16:  # netlink shows only its own, empty network
            succeeded((family, kind))
for family in (socket.AF_INET, socket.AF_INET6):
    attempt(socket.socket, family, socket.SOCK_RAW, 1)
""",
    ),
    Attack(
        "interfaces",
        "other interfaces and routes than a loopback of its own",
        """
import socket, struct
try:
    names = [name for _, name in socket.if_nameindex()]
except OSError:
    names = []
print(names)
if set(names) - {"lo"}:
    succeeded(names)
with open("/proc/net/tcp") as table:
    if "%04X" % @PORT@ in table.read():
        succeeded("sees the sockets outside")
attempt(socket.sethostname, "@MARK@")
""",
        proof=UNSAFE,
        namespaces=True,
    ),
    Attack(
        "names and downloads",
        "a name looked up, pip and urllib",
        """
import socket, subprocess, sys, urllib.request
attempt(socket.gethostbyname, "example.invalid")
attempt(urllib.request.urlopen, "http://127.0.0.1:@PORT@/@MARK@", None, 2)
""",
    ),
    Attack(
        "netlink",
        "audit, device events, netfilter and others beside routes",
        """
import socket
for protocol in range(1, 23):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            socket.socket(socket.AF_NETLINK, kind, protocol).close()
        except OSError as error:
            continue
        succeeded((protocol, kind))
""",
        proof=UNSAFE,
    ),
    Attack(
        "odd protocols",
        "SCTP, MPTCP, UDP-Lite, ICMP and others over the internet's families",
        """
import socket
usual = (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP)
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW,
                 socket.SOCK_SEQPACKET, 6):
        for protocol in (1, 2, 33, 46, 47, 58, 103, 115, 132, 136, 255, 262, *usual):
            if protocol in usual and kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                continue
            try:
                socket.socket(family, kind, protocol).close()
            except OSError:
                continue
            succeeded((family, kind, protocol))
""",
        proof=UNSAFE,
    ),
    Attack(
        "pairs of rare sockets",
        "socketpair of other families than the local one",
        """
import socket
for family in (30, 31, 2, 10, 16, 40):
    for kind in (1, 2, 3, 4, 5):
        try:
            pair = socket.socketpair(family, kind)
        except OSError:
            continue
        succeeded((family, kind))
""",
    ),
)
