"""`wijkbudget vote`: the keys of a vote, its seal, opening the ballots, and the archive."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlmodel import select

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.enclosed import enclosed_files
from wijkbudget.services.open_ballots import destroy_spent_keys, open_with_shares
from wijkbudget.services.publish_archive import publish_archive
from wijkbudget.services.round_keys import THRESHOLD, make_round_key
from wijkbudget.services.seal_vote import seal_vote

ROUND = click.argument("round_id", metavar="RONDE", type=int)
A_FOLDER = click.Path(file_okay=False, path_type=Path)
A_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def vote() -> None:
    """Een verzegelde stemming: sleutels, afsluiten, openen en het archief."""


@vote.command()
@ROUND
@click.option(
    "--holder", "emails", multiple=True, required=True, help="E-mailadres van een houder; herhaal dit."
)
@click.option("--threshold", type=int, default=THRESHOLD, show_default=True, help="Hoeveel delen nodig zijn.")
@click.option("--output", type=A_FOLDER, required=True, help="Map voor de delen, liefst op een USB-stick.")
@with_appcontext
def keys(round_id: int, emails: tuple[str, ...], threshold: int, output: Path) -> None:
    """Maak de sleutels van een ronde, en een bestand per sleuteldeel. Elke houder controleert het eigen deel op de website."""
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    with edge.transaction() as session:
        holders = [_account(email) for email in emails]
        shares = make_round_key(
            session, edge.now(), SYSTEM, round_id, holders, keys=edge.keys(), threshold=threshold
        )
        for share in shares:
            path = output / f"sleuteldeel-{share.number}.txt"
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(share.words + "\n", encoding="utf-8")
    click.echo(f"{len(shares)} sleuteldelen staan in {output}. Er zijn er {threshold} nodig om te openen.")


@vote.command()
@ROUND
@with_appcontext
def seal(round_id: int) -> None:
    """Sluit een stemming af waarvan de tijd om is: het laatste bewijs op het bord, en het zegel."""
    with edge.transaction() as session:
        seal_vote(session, edge.now(), SYSTEM, round_id, keys=edge.keys())
    destroy_spent_keys(edge.session(), edge.keys())
    click.echo(f"De stemming van ronde {round_id} is afgesloten.")


@vote.command("open")
@ROUND
@click.option(
    "--share", "files", type=A_FILE, multiple=True, required=True, help="Bestand met een sleuteldeel."
)
@with_appcontext
def open_(round_id: int, files: tuple[Path, ...]) -> None:
    """Open de stembiljetten van een afgesloten stemming met genoeg sleuteldelen."""
    try:
        shares = [file.read_text(encoding="utf-8") for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"Een sleuteldeel kan niet worden gelezen: {error}") from None
    with edge.transaction() as session:
        number = open_with_shares(session, edge.now(), SYSTEM, round_id, shares)
    destroy_spent_keys(edge.session(), edge.keys())
    click.echo(f"Geopend: {number} stembiljetten.")


@vote.command()
@ROUND
@click.option("--output", type=A_FILE, required=True, help="Het ZIP-bestand.")
@click.option("--full", is_flag=True, help="Ook de biljetten van kleine wijken: alleen voor de controleur.")
@with_appcontext
def archive(round_id: int, output: Path, full: bool) -> None:
    """Schrijf het archief van een vastgestelde ronde."""
    content = publish_archive(
        edge.session(),
        round_id,
        keys=edge.keys(),
        enclosed=enclosed_files(),
        small_area=0 if full else edge.settings().small_area,
    )
    output.write_bytes(content)
    click.echo(f"Geschreven: {output}")


def _account(email: str) -> int:
    found = edge.session().exec(select(Account.id).where(Account.email == parse_email(email))).first()
    if found is None:
        raise InvalidInput(f"Er is geen account met het adres {email}.")
    return found
