"""The fictional voters of the demonstration: who is on the roll, what they choose, and how they vote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from secrets import token_hex
from typing import Any

from sqlmodel import Session

from wijkbudget.demo.accounts import DEMO_VOTERS
from wijkbudget.demo.wijken import HOUSES, postcode_of
from wijkbudget.services.cast_ballot import Form, cast_ballot
from wijkbudget.services.deliver_mail import claim_mail, mark_sent
from wijkbudget.services.open_voting_link import start_ballot
from wijkbudget.services.request_voting_link import LinkRequest, LinkSettings, request_voting_link
from wijkbudget.services.voting_links import VotingLinks
from wijkbudget.vault import Vault

HEADING = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email"
LIFETIME = timedelta(hours=1)
# Every so many people on the roll one is too young, and one has no known e-mail address.
TOO_YOUNG, NO_EMAIL = 15, 6
# And one in so many houses votes twice.
THINKS_AGAIN = 9


@dataclass(frozen=True)
class Voter:
    """Somebody on the roll who votes over e-mail."""

    email: str
    postcode: str
    house_number: int


@dataclass(frozen=True)
class _Person:
    number: str
    wijk: str
    voter: Voter
    age_ok: bool = True
    has_email: bool = True


def roll_lines(entitled: dict[str, int]) -> list[str]:
    """A kiesregister as CSV, with so many people who may vote in each wijk (code)."""
    people = (person for wijk, number in entitled.items() for person in _people(wijk, number))
    lines = [
        f"{p.number};{p.wijk};{p.voter.postcode};{p.voter.house_number};{'ja' if p.age_ok else 'nee'};"
        f"{p.voter.email if p.has_email else ''}"
        for p in people
    ]
    return [HEADING, *lines]


def choices(given: dict[str, Any], wijk: str, cast: int) -> list[tuple[Voter, list[int]]]:
    """Who votes in this wijk and for which plans (by their place in the file); always the same people and plans."""
    facts = given["wijken"][wijk]
    people = [
        p for p in _people(wijk, facts["entitled"]) if p.age_ok and p.has_email and not _is_demo_voter(p)
    ]
    plans = [(i, plan) for i, plan in enumerate(given["plans"]) if plan["wijk"] == wijk and "votes" in plan]
    pick = {"approval": _approvals, "capped_approval": _capped, "ranking": _rankings}[given["ballot_type"]]
    chosen = pick(plans, cast, facts["euro"], Random(wijk))
    if len(people) < cast:
        raise ValueError(
            f"{given['name']}: {cast} ballots, but only {len(people)} people with an e-mail address"
        )
    return [(person.voter, numbers) for person, numbers in zip(people, chosen, strict=False)]


def vote(
    session: Session, now: datetime, voter: Voter, proposal_ids: list[int], secret_key: str, keys: Vault
) -> None:
    """Ask for a link, open it from the mail and cast the ballot; the mails are delivered.

    Some think again: they first cast a blank ballot, and then the one that counts.
    """
    written: list[str] = []

    def url_for_link(text: str) -> str:
        written.append(text)
        return text

    request = LinkRequest(voter.email, voter.postcode, voter.house_number)
    request_voting_link(session, now, request, LinkSettings(secret_key, LIFETIME, url_for_link))
    hashed = VotingLinks(secret_key).read(written[0])
    start_ballot(session, now + timedelta(minutes=2), hashed)
    ballots = [[], proposal_ids] if voter.house_number % THINKS_AGAIN == 0 else [proposal_ids]
    for before, choice in enumerate(ballots):
        form = Form(choice, before, token_hex(16))
        cast_ballot(session, now + timedelta(minutes=5 + before), hashed, form, keys=keys)
    later = now + timedelta(minutes=7)
    for mail in claim_mail(session, later):
        mark_sent(session, later, mail.id)


def _people(wijk: str, entitled: int) -> Iterator[_Person]:
    """The demo's own voters first, then neighbours until so many may vote."""
    postcode, serial, able = postcode_of(wijk), 0, 0
    known = [voter for voter in DEMO_VOTERS if voter.wijk == wijk for _ in range(voter.people)]
    while able < entitled:
        serial += 1
        number = f"{wijk[-2:]}{serial:05d}"
        if serial <= len(known):
            at_home = known[serial - 1]
            yield _Person(number, wijk, Voter(at_home.email, at_home.postcode, at_home.house_number))
        else:
            voter = Voter(f"bewoner{serial}.{wijk.lower()}@voorbeeld.example", postcode, serial % HOUSES + 1)
            yield _Person(number, wijk, voter, bool(serial % TOO_YOUNG), bool(serial % NO_EMAIL))
        able += bool(serial <= len(known) or serial % TOO_YOUNG)


def _is_demo_voter(person: _Person) -> bool:
    return any(person.voter.email == voter.email for voter in DEMO_VOTERS)


def _approvals(
    plans: list[tuple[int, dict[str, Any]]], cast: int, _euro: int, chance: Random
) -> list[list[int]]:
    """Each plan gets exactly the number of votes that its file says."""
    ballots: list[list[int]] = [[] for _ in range(cast)]
    for number, plan in plans:
        for voter in chance.sample(range(cast), plan["votes"]):
            ballots[voter].append(number)
    return ballots


def _capped(plans: list[tuple[int, dict[str, Any]]], cast: int, euro: int, chance: Random) -> list[list[int]]:
    """Liked plans, as long as they fit the budget together."""
    ballots = []
    for _ in range(cast):
        chosen, left = [], euro
        for number, plan in chance.sample(plans, len(plans)):
            cost = sum(line[1] for line in plan["costs"])
            if cost <= left and chance.randrange(100) < plan["votes"]:
                chosen.append(number)
                left -= cost
        ballots.append(chosen)
    return ballots


def _rankings(
    plans: list[tuple[int, dict[str, Any]]], cast: int, _euro: int, chance: Random
) -> list[list[int]]:
    """The best liked plans tend to come first; not everybody ranks everything."""
    ballots = []
    for _ in range(cast):
        liking = {number: chance.random() * plan["votes"] for number, plan in plans}
        ranked = sorted(liking, key=lambda number: -liking[number])
        ballots.append(ranked[: chance.randint(2, len(ranked))])
    return ballots
