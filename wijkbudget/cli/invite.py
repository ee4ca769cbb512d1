"""`wijkbudget round invite`: invite the voters of a round by mail."""

import sys

import click
from flask.cli import with_appcontext

from wijkbudget import edge
from wijkbudget.config import require_production
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.services.invite_voters import invite_batch, order_invitations, read_invited
from wijkbudget.services.request_voting_link import link_settings


@click.command()
@click.argument("round_id", type=int, metavar="RONDE")
@with_appcontext
def invite(round_id: int) -> None:
    """Nodig iedereen met een e-mailadres per mail uit om te stemmen. Werd dit afgebroken? Geef de opdracht nog eens."""
    require_production(edge.settings())
    with edge.transaction() as session:
        order_invitations(session, edge.now(), SYSTEM, round_id)
    progress, settings, written = read_invited(edge.session(), round_id), link_settings(edge.settings()), 0
    with click.progressbar(length=progress.waiting, label="Uitnodigen", file=sys.stderr) as bar:
        while True:
            with edge.transaction() as session:
                batch = invite_batch(session, edge.now(), round_id, settings)
            if not batch:
                break
            written += batch
            bar.update(batch)
    done = read_invited(edge.session(), round_id)
    mails = "1 uitnodiging klaargezet" if written == 1 else f"{written} uitnodigingen klaargezet"
    click.echo(f"{mails}. Uitgenodigd in deze ronde: {done.invited}.")
