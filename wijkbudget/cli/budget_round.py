"""`wijkbudget round` and `wijkbudget export`: run a round from the command line."""

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlmodel import Session, col, select

from wijkbudget import edge
from wijkbudget.cli.invite import invite
from wijkbudget.cli.round_file import KEYS, plan_from, read_toml
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import PHASE_LABELS, BudgetRound
from wijkbudget.domain.count import CountStatus
from wijkbudget.domain.errors import InvalidInput, LotFirst, NotFound
from wijkbudget.domain.money import format_euros
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.export.files import FORMATS, export_report
from wijkbudget.services.build_election import build_election, last_count
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.create_round import create_round
from wijkbudget.services.judge_proposal import fix_ballot_list
from wijkbudget.services.open_ballots import open_demo
from wijkbudget.services.open_round import open_round
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_report import read_report
from wijkbudget.services.record_lot import record_lot
from wijkbudget.services.round_keys import make_demo_key
from wijkbudget.tally import write_pabulib

LOT_REQUIRED = 3
ROUND = click.argument("round_id", type=int, metavar="RONDE")


@click.group("round")
def budget_round() -> None:
    """Budgetrondes: maken, openen, tellen, loten, vaststellen."""


budget_round.add_command(invite)


@budget_round.command("list")
@with_appcontext
def list_rounds() -> None:
    """Toon alle rondes met hun fase."""
    session, now = edge.session(), edge.now()
    for found in session.exec(select(BudgetRound).order_by(col(BudgetRound.id))):
        click.echo(f"{found.id:>4}  {PHASE_LABELS[found.phase_at(now)]:<24} {found.name}")


@budget_round.command("create")
@click.argument("file", type=click.File("rb"), metavar="RONDE.toml")
@with_appcontext
def create(file: Any) -> None:
    """Maak een conceptronde uit een TOML-bestand (zie docs/ronde.toml)."""
    given = read_toml(file)
    try:
        with edge.transaction() as session:
            made = create_round(session, edge.now(), SYSTEM, plan_from(session, given))
            click.echo(f"Ronde {made.id} is gemaakt (concept).")
    except InvalidInput as error:
        error.field = KEYS.get(error.field or "", error.field)  # as it is called in the file
        raise


@budget_round.command("open")
@ROUND
@with_appcontext
def open_(round_id: int) -> None:
    """Open een ronde: de spelregels liggen daarna vast."""
    with edge.transaction() as session:
        opened = open_round(session, edge.now(), SYSTEM, round_id)
        click.echo(f"Ronde {round_id} is geopend. SHA-256 van de spelregels: {opened.rules_sha256}")


@budget_round.command("fix-ballot")
@ROUND
@with_appcontext
def fix_ballot(round_id: int) -> None:
    """Stel de stemlijst vast; de stemming opent en sluit daarna op de klok."""
    with edge.transaction() as session:
        if edge.keys().opens_itself and session.get(RoundKey, round_id) is None:
            make_demo_key(session, edge.now(), SYSTEM, round_id, keys=edge.keys())
        fix_ballot_list(session, edge.now(), SYSTEM, round_id)
    click.echo(f"De stemlijst van ronde {round_id} ligt vast.")


@budget_round.command("count")
@ROUND
@with_appcontext
def count(round_id: int) -> None:
    """Tel een gesloten ronde. Code 3: in een wijk is een loting nodig."""
    with edge.transaction() as session:
        open_demo(session, edge.now(), round_id, keys=edge.keys())
        try:
            counts = count_round(session, edge.now(), SYSTEM, round_id)
        except LotFirst as error:
            click.echo(error.message, err=True)
            sys.exit(LOT_REQUIRED)
        pots = {pot.id: pot for pot in pots_of(session, round_id)}
        waiting = False
        for done in counts:
            wijk = pots[done.pot_id].wijk
            if done.status == CountStatus.LOT_REQUIRED:
                waiting = True
                numbers = [session.get_one(Proposal, i).number for i in done.tied_ids()]
                click.echo(
                    f"{wijk}: loting nodig tussen de plannen {', '.join(map(str, numbers))}.", err=True
                )
            else:
                click.echo(
                    f"{wijk}: {format_euros(done.spent_cents)} van {format_euros(done.budget_cents)} toegekend."
                )
    sys.exit(LOT_REQUIRED if waiting else 0)


@budget_round.command("lot")
@ROUND
@click.argument("wijk")
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="PLANNUMMER…")
@click.option("--witness", required=True, help="Wie getuige was van de loting.")
@with_appcontext
def lot(round_id: int, wijk: str, numbers: tuple[int, ...], witness: str) -> None:
    """Leg een loting vast: de plannummers in de volgorde waarin ze zijn getrokken. Tel daarna opnieuw."""
    with edge.transaction() as session:
        pot = find_pot(session, round_id, wijk)
        wanted = select(Proposal.number, Proposal.id).where(Proposal.round_id == round_id)
        ids = {number: proposal_id for number, proposal_id in session.exec(wanted)}
        order = [ids.get(number, 0) for number in numbers]
        record_lot(session, edge.now(), SYSTEM, pot.id, order=order, witness=witness)
    click.echo("De loting is vastgelegd. Tel nu opnieuw.")


@budget_round.command("certify")
@ROUND
@with_appcontext
def certify(round_id: int) -> None:
    """Stel de uitslag vast: hij wordt openbaar."""
    with edge.transaction() as session:
        certify_result(session, edge.now(), SYSTEM, round_id)
    click.echo(f"De uitslag van ronde {round_id} is vastgesteld.")


@click.command("export")
@ROUND
@click.argument("wijk")
@click.option("--format", "kind", type=click.Choice([*FORMATS, "pb"]), default="csv", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Bestand; anders standaarduitvoer."
)
@with_appcontext
def export(round_id: int, wijk: str, kind: str, output: Path | None) -> None:
    """Schrijf de uitslag van een wijk als csv, xlsx of json, of de anonieme stembiljetten als Pabulib-bestand (pb)."""
    session = edge.session()
    pot = find_pot(session, round_id, wijk)
    done = last_count(session, pot.id)
    if done is None:
        raise NotFound("Deze wijk is nog niet geteld.")
    if kind == "pb":
        content = write_pabulib(
            build_election(session, session.get_one(BudgetRound, round_id), pot.id)
        ).encode()
    else:
        content = export_report(read_report(session, done), kind)
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)


def find_pot(session: Session, round_id: int, wijk: str) -> PotView:
    """The pot of a wijk, given by code or name. Raises NotFound, naming the wijken that take part."""
    pots = pots_of(session, round_id)
    for pot in pots:
        if wijk.lower() in (pot.wijk_code.lower(), pot.wijk.lower()):
            return pot
    known = ", ".join(pot.wijk_code for pot in pots) or "geen"
    raise NotFound(f"De wijk “{wijk}” doet niet mee in ronde {round_id}. Wel: {known}.")
