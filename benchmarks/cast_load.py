"""Voters who press “Stem”: each connection sends the next voter's form as soon as the last one got its answer.

python -m benchmarks.cast_load PORT BUTTONS FIRST LAST CONNECTIONS WARM_UP SECONDS

Sends for the voters FIRST to LAST (lines of BUTTONS), and for them again, as a change of their vote, when all have
voted. Prints "measuring" after the warm-up, and at the end one line of JSON. Exit 1 at any answer but the right one.
"""

import asyncio
import json
import os
import sys
import time
from itertools import islice
from pathlib import Path

CONFIRMED = b"/stemmen/bevestiging"
HEAD = (
    b"POST /stemmen/uitbrengen HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %b\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b"
)


class Refused(Exception):
    """A vote was not confirmed."""


class Booth(asyncio.Protocol):
    """One connection with its own voters."""

    def __init__(self, voters: list[tuple[bytes, bytes]], end: float) -> None:
        self.voters, self.end, self.sent = voters, end, 0
        self.times: list[tuple[float, float]] = []
        self.answer = b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.press()

    def press(self) -> None:
        cookie, form = self.voters[self.sent % len(self.voters)]
        before = self.sent // len(self.voters)
        body = b"%b&votes_before=%d&form=%b" % (form, before, os.urandom(16).hex().encode())
        self.begun = time.perf_counter()
        self.transport.write(HEAD % (cookie, len(body), body))
        self.sent += 1

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found or len(body) < self._length(head):
            return
        now = time.perf_counter()
        if not head.startswith(b"HTTP/1.1 303 ") or b"Location: " + CONFIRMED + b"\r\n" not in head:
            self._fail(Refused(f"the answer was {self.answer[:600]!r}"))
            return
        self.times.append((now, now - self.begun))
        self.answer = b""
        if now < self.end:
            self.press()
        elif not self.over.done():
            self.over.set_result(None)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(Refused(f"the server ended the connection: {exc}"))

    def _fail(self, why: Exception) -> None:
        if not self.over.done():
            self.over.set_exception(why)

    @staticmethod
    def _length(head: bytes) -> int:
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                return int(value)
        return 0


async def press_all(
    port: int, voters: list[tuple[bytes, bytes]], connections: int, warm_up: float, seconds: float
) -> dict[str, float]:
    """Let everybody vote; what was seen after the warm-up. Raises Refused."""
    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    booths = [Booth(voters[n::connections], begun + warm_up + seconds) for n in range(connections)]
    for booth in booths:
        await loop.create_connection(lambda booth=booth: booth, "127.0.0.1", port)  # type: ignore[misc]  (a lambda has no types)
    everybody = asyncio.gather(*(booth.over for booth in booths))
    await asyncio.wait([everybody], timeout=begun + warm_up - time.perf_counter())
    print("measuring", flush=True)
    await everybody
    first, last = begun + warm_up, begun + warm_up + seconds
    times = sorted(taken for booth in booths for done, taken in booth.times if first <= done < last)
    return {
        "casts": sum(booth.sent for booth in booths),
        "voters": sum(min(booth.sent, len(booth.voters)) for booth in booths),
        "rate": len(times) / seconds,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[len(times) * 99 // 100],
        "max": 1000 * times[-1],
    }


def main() -> int:
    """Read, send, tell; the exit code."""
    port, first, last, connections = (int(sys.argv[place]) for place in (1, 3, 4, 5))
    warm_up, seconds = float(sys.argv[6]), float(sys.argv[7])
    with Path(sys.argv[2]).open(encoding="ascii") as file:
        lines = [json.loads(line) for line in islice(file, first, last)]
    voters = [(cookie.encode(), form.encode()) for cookie, form in lines]
    try:
        print(json.dumps(asyncio.run(press_all(port, voters, connections, warm_up, seconds))))
    except (Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
