"""`wijkbudget verify` and `verify-diff`: check what was published. Needs no settings and no database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from wijkbudget.cli.terminal import WRONG_INPUT, plain, say
from wijkbudget.protocol.archive import NoArchive, read_archive
from wijkbudget.protocol.ballot_text import SHORT, from_words
from wijkbudget.protocol.board import Fault, require_growth
from wijkbudget.protocol.verify import NotCounted, Verified, verify_archive

FAULT = 1
STATUSES = {"counted": "telt mee", "superseded": "is vervangen door een latere stem"}


@click.command()
@click.argument("archive", metavar="ARCHIEF.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--signer", metavar="HEX", help="De publieke sleutel van wie het archief moet hebben ondertekend."
)
@click.option("--receipt", metavar="BEWIJS", help="Zoek dit bewijs op: de tekens of de vijf woorden.")
def verify(archive: Path, signer: str | None, receipt: str | None) -> None:
    """Controleer het archief van een stemming en tel het na (code 1: er klopt iets niet)."""
    try:
        found = verify_archive(_content(archive), signer.lower() if signer else None)
    except Fault as fault:
        _stop(fault)
    except NoArchive:
        _unreadable(archive, "dit is geen archief van een stemming, of het is beschadigd")
    except NotCounted as why:
        _unreadable(archive, f"{why}. De rest klopt.")
    _tell(found)
    if receipt:
        _tell_receipt(found, receipt)
    click.echo("Alles klopt.")


@click.command("verify-diff")
@click.argument("old", metavar="OUD", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("new", metavar="NIEUW", type=click.Path(dir_okay=False, path_type=Path))
def verify_diff(old: Path, new: Path) -> None:
    """Controleer dat een bord alleen is gegroeid: twee bestanden board.jsonl, of archieven (code 1: niet)."""
    try:
        more = require_growth(_board(old), _board(new))
    except Fault as fault:
        _stop(fault)
    click.echo(f"Het bord is alleen gegroeid: {more} groepen erbij.")


def _board(path: Path) -> bytes:
    content = _content(path)
    if not content.startswith(b"PK"):
        return content
    try:
        return read_archive(content)["board.jsonl"]
    except NoArchive:
        _unreadable(path, "dit is geen archief van een stemming, of het is beschadigd")


def _tell(found: Verified) -> None:
    withheld = [pot["pot"] for pot in found.result["pots"] if pot["withheld"]]
    click.echo(f"Ronde        {plain(found.board.opening.round_name)}")
    click.echo(f"Bord         {len(found.board.batches)} groepen, {len(found.board.leaves)} bewijzen")
    click.echo(f"Biljetten    {len(found.ballots)}")
    click.echo(f"Nageteld     {len(found.result['pots']) - len(withheld)} wijken")
    if withheld:
        click.echo(f"Niet openbaar, dus niet nageteld: {plain(', '.join(withheld))}")
    click.echo(f"Ondertekend  {found.signer}")


def _tell_receipt(found: Verified, text: str) -> None:
    beginning = from_words(text) or "".join(text.lower().split())
    matches = found.status_of(beginning) if len(beginning) >= SHORT else []
    if not matches:
        click.echo("FOUT receipt: dit bewijs staat niet op het bord, of het is niet volledig", err=True)
        sys.exit(FAULT)
    for leaf, status in matches:
        click.echo(f"Bewijs       {leaf} {STATUSES[status]}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _unreadable(path, error.strerror or "kan niet worden gelezen")


def _stop(fault: Fault) -> NoReturn:
    click.echo(f"FOUT {fault.code}: {plain(fault.what)}", err=True)
    sys.exit(FAULT)


def _unreadable(path: Path, why: str) -> NoReturn:
    say(f"{path}: {why}")
    sys.exit(WRONG_INPUT)
