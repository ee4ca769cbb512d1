"""A real SMTP server that keeps what it receives, so that a test can read its mail like a resident."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.e2e.installation import free_port

PATIENCE_SECONDS = 30
LINK = re.compile(r"https?://\S+/stemmen/link/\S+")


class Mailbox:
    """The mail that arrived, oldest first, for every address."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def wait_for(self, address: str, subject: str, *, count: int = 1) -> list[str]:
        """The texts of the mails to this address whose subject starts so, oldest first, once there are enough."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = [
                str(message.get_content())
                for recipients, message in list(self.received)
                if recipients == [address] and message["Subject"].startswith(subject)
            ]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        subjects = [message["Subject"] for _, message in self.received]
        raise AssertionError(f"{count} mails “{subject}” wanted, got: {subjects}")

    def links(self, address: str) -> list[str]:
        """The voting links mailed to this address, oldest first."""
        return [link for text in self.wait_for(address, "Uw stemlink") for link in LINK.findall(text)]
