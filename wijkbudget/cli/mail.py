"""`wijkbudget mail`: look up who asked for a link, invite who must be invited, and deliver what waits in the outbox."""

import signal
import smtplib
import sys
import time
from email.errors import MessageError
from threading import Event

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.cli.loops import BESIDE, is_left_alone
from wijkbudget.db import empty_log
from wijkbudget.mail.smtp import SmtpServer
from wijkbudget.services.deliver_mail import OutgoingMail, claim_mail, mark_failed, mark_sent, waiting_mail
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.handle_link_requests import handle_link_request
from wijkbudget.services.invite_voters import invite_batch, next_order
from wijkbudget.services.request_voting_link import link_settings

PAUSE_SECONDS, FORGET_SECONDS = 2.0, 60.0


@click.group()
def mail() -> None:
    """De uitgaande mail."""


@mail.command()
@click.option("--loop", is_flag=True, help="Blijf wachten op nieuwe mail.")
@BESIDE
@with_appcontext
def send(loop: bool, beside: int | None) -> None:
    """Zoek stemlinks op, schrijf uitnodigingen en bezorg de mail over SMTP. Zonder --loop: code 1 als er mail bleef wachten."""
    settings = edge.settings()
    if not settings.smtp_ready:
        click.echo("WIJKBUDGET_SMTP_HOST: not set, so no mail can be delivered.", err=True)
        sys.exit(2)
    server = SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.mail_from,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_starttls,
    )
    if loop:
        delivered = _keep_delivering(server, beside)
    else:
        forget()
        delivered = deliver_all(server)
    waiting = waiting_mail(edge.session())
    click.echo(f"Bezorgd: {delivered}. Wacht nog: {waiting}.")
    sys.exit(1 if waiting else 0)


def _keep_delivering(server: SmtpServer, beside: int | None) -> int:
    """Deliver until told to stop (SIGTERM, Ctrl+C) or left alone by who started it; ends between two mails."""
    stop, delivered = Event(), 0
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stop.set())
    forget_at = time.monotonic()
    while not stop.is_set() and not is_left_alone(beside):
        if time.monotonic() >= forget_at:
            forget()
            forget_at = time.monotonic() + FORGET_SECONDS
        delivered += deliver_all(server, stop)
        edge.session().rollback()  # who waits must not hold on to what was read
        stop.wait(PAUSE_SECONDS)
    return delivered


def forget() -> None:
    """Wipe the addresses that nothing can be done with any more, also where nobody asks for anything."""
    with edge.transaction() as session:
        wiped = forget_addresses(session, edge.now())
    if wiped:
        empty_log(edge.db.engine)


def handle_all_requests(stop: Event | None = None) -> int:
    """Handle every request for a link that may be handled now; how many."""
    settings, handled = link_settings(edge.settings()), 0
    while stop is None or not stop.is_set():
        with edge.transaction() as session:
            if not handle_link_request(session, edge.now(), settings):
                return handled
        handled += 1
    return handled


def _invite_some() -> int:
    """The next batch of the oldest order for invitations; how many mails it gave."""
    with edge.transaction() as session:
        round_id = next_order(session)
        if round_id is None:
            return 0
        return invite_batch(session, edge.now(), round_id, link_settings(edge.settings()))


def deliver_all(server: SmtpServer, stop: Event | None = None) -> int:
    """Deliver everything whose turn it is; the number the server took. Safe beside other workers.

    Who asks for a link never waits for a pile of invitations: requests are looked at before each handful of mails, and
    a batch is only written when no other mail waits.
    """
    delivered = handled = 0
    while True:
        handled += handle_all_requests(stop)
        with edge.transaction() as session:
            claimed = claim_mail(session, edge.now())
        if not claimed and not (stop is not None and stop.is_set()) and _invite_some():
            continue
        if not claimed:
            if delivered or handled:
                empty_log(edge.db.engine)
            return delivered
        for outgoing in claimed:
            if stop is not None and stop.is_set():
                return delivered  # the rest is claimed again when the lease ends
            delivered += _deliver(server, outgoing)


def _deliver(server: SmtpServer, outgoing: OutgoingMail) -> bool:
    try:
        server.send(
            mail_id=outgoing.id,
            recipient=outgoing.recipient,
            subject=outgoing.subject,
            body=outgoing.body,
            at=outgoing.created_at,
        )
    except (smtplib.SMTPException, OSError, ValueError, MessageError) as error:
        # The exception's own text may quote the address, so only its kind and code are kept.
        fault = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
        with edge.transaction() as session:
            mark_failed(session, edge.now(), outgoing.id, error=fault)
        click.echo(f"Mail {outgoing.id} is niet bezorgd: {fault}. We proberen het later weer.", err=True)
        return False
    with edge.transaction() as session:
        mark_sent(session, edge.now(), outgoing.id)
    return True
