"""Hand one mail to the mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class SmtpServer:
    """How to reach the mail server."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    starttls: bool = False

    def send(self, *, mail_id: str, recipient: str, subject: str, body: str, at: datetime) -> None:
        """Deliver one mail. Raises smtplib.SMTPException or OSError when the server does not take it,
        and ValueError or MessageError when no mail can be made of it.

        The Message-ID is fixed per mail, so that a second delivery after a lost answer can be recognised.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, recipient, subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{mail_id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)
