"""`wijkbudget board`: put waiting receipts on the public boards, once or every few seconds."""

import logging
import signal
from threading import Event

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from wijkbudget import edge
from wijkbudget.cli.loops import BESIDE, is_left_alone
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.services.board import add_batch
from wijkbudget.services.open_ballots import destroy_spent_keys
from wijkbudget.vault import KeyMissing

PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)


@click.group()
def board() -> None:
    """De openbare borden van stemmingen."""


@board.command()
@click.option("--loop", is_flag=True, help="Blijf dit om de paar seconden doen.")
@BESIDE
@with_appcontext
def batch(loop: bool, beside: int | None) -> None:
    """Zet wachtende bewijzen in groepen op de borden; vernietig sleutels van gesloten stemmingen."""
    if not loop:
        click.echo(f"Op het bord gezet: {add_batches()} bewijzen.")
        return
    stop = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stop.set())
    while not stop.is_set() and not is_left_alone(beside):
        try_to_add_batches()
        stop.wait(PAUSE_SECONDS)


def try_to_add_batches() -> int:
    """The same as `add_batches`; a lost database or a key that stays is logged, and the next try begins afresh."""
    try:
        return add_batches()
    except DBAPIError:
        log.error("the database did not answer; the batches wait")
    except KeyMissing as error:
        log.error("a key of a closed vote could not be destroyed: %s", error.message)
    edge.session().rollback()
    return 0


def add_batches() -> int:
    """A batch for every vote that has enough waiting receipts; how many receipts were added in all."""
    running = select(RoundKey.round_id).where(
        col(RoundKey.opening).is_not(None), col(RoundKey.sealed_at).is_(None)
    )
    added = 0
    for round_id in list(edge.session().exec(running.order_by(col(RoundKey.round_id)))):
        with edge.transaction() as session:
            added += add_batch(session, round_id)
    edge.session().rollback()
    destroy_spent_keys(edge.session(), edge.keys())
    edge.session().rollback()
    return added
