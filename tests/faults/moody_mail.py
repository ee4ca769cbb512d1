"""A real mail server that now and then will not take a mail, hangs up, or loses its own answer."""

from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller

from tests.e2e.installation import free_port


class Mood(StrEnum):
    """What becomes of one delivery."""

    TAKES = "takes it"
    LATER = "asks to try again later"
    HANGS_UP = "hangs up before it has it"
    LOSES_ANSWER = "takes it and hangs up before it says so"


class MoodyServer:
    """`mood(message_id, tries)` says what becomes of each try; `taken` counts what arrived, by Message-ID."""

    def __init__(self, mood: Callable[[str, int], Mood] = lambda _id, _tries: Mood.TAKES) -> None:
        self.mood, self.tries, self.taken = mood, Counter[str](), Counter[str]()
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MoodyServer":
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        mood = self.mood(message_id, self.tries[message_id])
        self.tries[message_id] += 1
        if mood is Mood.LATER:
            return "451 try again later"
        if mood in (Mood.TAKES, Mood.LOSES_ANSWER):
            self.taken[message_id] += 1
        if mood is not Mood.TAKES:
            server.transport.abort()
        return "250 OK"
