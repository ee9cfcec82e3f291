"""A small client that keeps connections alive, and the CPU a process tree has used."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def get_many(port: int, paths: Sequence[str], count: int, headers: str = "", clients: int = 4) -> int:
    """Fetch ``count`` pages over a few kept connections; the bytes of the last body. Any answer but 200 stops it."""
    sizes: list[int] = []
    failures: list[BaseException] = []

    def work(share: int, offset: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sizes.extend(get_one(line, paths[(offset + n) % len(paths)], headers) for n in range(share))
        except BaseException as error:
            failures.append(error)

    each = count // clients
    threads = [threading.Thread(target=work, args=(each, n * each)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sizes[-1]


def get_one(line: socket.socket, path: str, headers: str) -> int:
    """One page over a kept connection; the bytes of its body. Any answer but 200 stops it."""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"{path}: {head.splitlines()[0]!r}")
    fields = dict(row.lower().split(b": ", 1) for row in head.split(b"\r\n")[1:] if b": " in row)
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        left -= len(line.recv(65536))
    return int(fields[b"content-length"])


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        queue += parents.get(one, [])
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU used by these processes so far, user and system, of children that ended too."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(value) for value in fields[11:15]) / TICKS
    return total


def own_cpu_seconds(pid: int) -> float:
    """CPU this one process has used so far, without any child, running or ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:13]) / TICKS
