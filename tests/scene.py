"""Brings a database to the situation a test needs, through the product's own services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlmodel import col, select

from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.count import Count, CountStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import RoundKey, SealedBallot
from wijkbudget.domain.wijk import Wijk
from wijkbudget.domain.wijkplatform import Wijkplatform
from wijkbudget.protocol.sealing import PrivateKey
from wijkbudget.services.cast_ballot import Form, Received, cast_ballot
from wijkbudget.services.count_round import count_round
from wijkbudget.services.create_account import create_account
from wijkbudget.services.create_round import RoundPlan, create_round
from wijkbudget.services.found_wijkplatform import found_wijkplatform, join_wijkplatform
from wijkbudget.services.import_roll import import_roll
from wijkbudget.services.judge_proposal import fix_ballot_list, judge_proposal, put_on_ballot
from wijkbudget.services.log_in import roles_of
from wijkbudget.services.open_ballots import open_demo
from wijkbudget.services.open_round import open_round
from wijkbudget.services.open_voting_link import start_ballot
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_roll import read_roll
from wijkbudget.services.record_lot import record_lot
from wijkbudget.services.register_wijk import register_wijk
from wijkbudget.services.round_keys import make_demo_key
from wijkbudget.services.save_proposal import ProposalText, draft_proposal
from wijkbudget.services.submit_proposal import submit_proposal, withdraw_proposal
from wijkbudget.services.voting_links import VotingLinks
from wijkbudget.tally import RULES, BallotKind
from wijkbudget.vault import Vault

PASSWORD = "een lang wachtwoord"
SUBMISSION_OPENS = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SUBMISSION_CLOSES = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
VOTING_OPENS = datetime(2026, 5, 1, 7, 0, tzinfo=UTC)
VOTING_CLOSES = datetime(2026, 5, 21, 22, 0, tzinfo=UTC)


def cast_choices() -> list[list[int]]:
    """What the ballots in the box say, sealed or opened, as proposal ids: a scene keeps the keys, a real vote cannot."""
    session = edge.session()
    session.rollback()
    vault = Vault(edge.settings().keys_folder)
    chosen = [ballot.proposal_ids() for ballot in session.exec(select(Ballot))]
    for sealed in session.exec(select(SealedBallot)):
        pot = session.get_one(BudgetPot, sealed.pot_id)
        key, wijk = session.get_one(RoundKey, pot.round_id), session.get_one(Wijk, pot.wijk_id)
        private = PrivateKey(vault.private_key(key.public_id))
        ids = {p.number: p.id for p in session.exec(select(Proposal).where(Proposal.pot_id == pot.id))}
        ballot = private.open(sealed.sealed, key.public_id, wijk.code)
        chosen.append([ids[number] for number in ballot.choice])
    return chosen


class Scene:
    """Situations by name. Every method commits; the clock is moved only by `*_phase` methods."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock

    def act(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a service in a transaction of its own, at the clock's time."""
        with edge.transaction() as session:
            return service(session, self.clock(), *args, **kwargs)

    def account(
        self, email: str = "ambtenaar@voorbeeld.example", *roles: Role, name: str = "Fictief Persoon"
    ) -> Account:
        wanted = set(roles or (Role.OFFICIAL,))
        return self.act(create_account, SYSTEM, email=email, name=name, password=PASSWORD, roles=wanted)

    def actor(self, account: Account) -> Actor:
        return Actor(account.id, roles_of(edge.session(), account.id))

    def wijk(self, name: str = "Fictiewijk", code: str = "F01") -> Wijk:
        return self.act(
            register_wijk,
            SYSTEM,
            code=code,
            name=name,
            gemeente="Voorbeeldstad",
            besluit="Besluit voorbeeld 2025/1",
            valid_from=date(2025, 1, 1),
        )

    def platform(self, wijk: Wijk, name: str = "Wijkplatform Fictie", **more: Any) -> Wijkplatform:
        values: dict[str, Any] = {"wijk_id": wijk.id, "name": name, "recognised_on": date(2025, 2, 1)}
        return self.act(found_wijkplatform, SYSTEM, **(values | more))

    def member(self, platform: Wijkplatform, email: str = "lid@voorbeeld.example") -> Account:
        account = self.account(email, Role.PLATFORM_MEMBER)
        self.act(join_wijkplatform, SYSTEM, account_id=account.id, platform=platform, since=date(2025, 2, 1))
        return account

    def join(self, account: Account, platform_id: int | None) -> None:
        """Make an account a member of a platform since long ago."""
        platform = edge.session().get_one(Wijkplatform, platform_id)
        self.act(join_wijkplatform, SYSTEM, account_id=account.id, platform=platform, since=date(2025, 2, 1))

    @contextmanager
    def edit(self, row: Any) -> Iterator[None]:
        """Change a row behind the services' back: `with scene.edit(row): row.name = …`."""
        row_class, key = type(row), row.id
        with edge.transaction() as session:
            session.get_one(row_class, key)
            yield

    def plan(self, budgets: dict[int, int], **changes: Any) -> RoundPlan:
        values: dict[str, Any] = {
            "name": "Fictieronde",
            "basis": "Voorbeeldregeling van 1 januari 2026",
            "reference_date": date(2026, 3, 1),
            "minimum_age": 16,
            "min_cost_cents": 100_00,
            "max_cost_cents": None,
            "ballot_type": BallotType.APPROVAL,
            "counting_rule": "greedy",
            "submission_opens_at": SUBMISSION_OPENS,
            "submission_closes_at": SUBMISSION_CLOSES,
            "voting_opens_at": VOTING_OPENS,
            "voting_closes_at": VOTING_CLOSES,
            "budgets": budgets,
        }
        return RoundPlan(**(values | changes))

    def draft_round(self, *wijken: Wijk, budget: int = 10_000_00, **changes: Any) -> BudgetRound:
        return self.act(create_round, SYSTEM, self.plan({wijk.id: budget for wijk in wijken}, **changes))

    def open_round(self, *wijken: Wijk, budget: int = 10_000_00, **changes: Any) -> BudgetRound:
        """An opened round in its submission phase."""
        budget_round = self.draft_round(*wijken, budget=budget, **changes)
        self.act(open_round, SYSTEM, budget_round.id)
        self.submission_phase()
        return budget_round

    def pot(self, budget_round: BudgetRound, wijk: Wijk | None = None) -> PotView:
        pots = pots_of(edge.session(), budget_round.id)
        return next(pot for pot in pots if wijk is None or pot.wijk_id == wijk.id)

    def text(self, title: str = "Bankje bij de vijver", euros: int = 3000, **changes: Any) -> ProposalText:
        values: dict[str, Any] = {
            "title": title,
            "summary": "Een plek om te zitten.",
            "description": "We zetten een bankje neer.",
            "location": "Bij de vijver",
            "own_contribution": "Wij onderhouden het bankje.",
            "cost_lines": (("Bankje", euros * 100),),
        }
        return ProposalText(**(values | changes))

    def draft(
        self, pot: PotView, platform: Wijkplatform, title: str = "Bankje bij de vijver", euros: int = 3000
    ) -> Proposal:
        text = self.text(title, euros)
        return self.act(draft_proposal, SYSTEM, pot_id=pot.id, platform_id=platform.id, text=text)

    def proposal(
        self, pot: PotView, platform: Wijkplatform, title: str = "Bankje bij de vijver", euros: int = 3000
    ) -> Proposal:
        """A submitted proposal (in the submission phase)."""
        proposal = self.draft(pot, platform, title, euros)
        self.act(submit_proposal, SYSTEM, proposal)
        return proposal

    def list_all(self, *proposals: Proposal) -> None:
        """Judge feasible and put on the ballot list (moves the clock into the review phase)."""
        self.review_phase()
        for proposal in proposals:
            self.act(judge_proposal, SYSTEM, proposal, feasible=True, reason="Dit kan worden uitgevoerd.")
            self.act(put_on_ballot, SYSTEM, proposal)

    def fix(
        self,
        budget_round: BudgetRound,
        wijk: Wijk,
        *proposals: Proposal,
        voters: int = 5,
        roll: tuple[str, ...] = (),
    ) -> None:
        """Judge these plans, fix the ballot list with them, and move on to the voting phase."""
        self.list_all(*proposals)
        if voters:
            self.voters(budget_round, wijk, voters)
        if roll:
            self.roll(budget_round, *roll)
        self.fix_list(budget_round.id)
        self.voting_phase()

    @property
    def vault(self) -> Vault:
        """The keys of the application, as in a demonstration: the votes of a scene open by themselves."""
        return Vault(edge.settings().keys_folder, opens_itself=True)

    def fix_list(self, round_id: int) -> BudgetRound:
        """Make the keys of the vote, unless they are there, and fix its ballot list."""
        if edge.session().get(RoundKey, round_id) is None:
            self.act(make_demo_key, SYSTEM, round_id, keys=self.vault)
        return self.act(fix_ballot_list, SYSTEM, round_id)

    def open_votes(self) -> None:
        """Seal and open every vote that is over."""
        wanted = select(RoundKey.round_id).where(
            col(RoundKey.opening).is_not(None), col(RoundKey.opened_at).is_(None)
        )
        for round_id in list(edge.session().exec(wanted)):
            if edge.session().get_one(BudgetRound, round_id).phase_at(self.clock()) is Phase.CLOSED:
                self.act(open_demo, round_id, keys=self.vault)

    def roll(self, budget_round: BudgetRound, *lines: str) -> None:
        """Import roll lines `nummer;wijk;postcode;huisnummer;leeftijd_ok;email`."""
        heading = "nummer;wijk;postcode;huisnummer;leeftijd_ok;email"
        reading = read_roll(
            edge.session(), budget_round.id, [heading + "\n", *(line + "\n" for line in lines)]
        )
        assert not reading.faults, reading.faults
        self.act(import_roll, SYSTEM, budget_round.id, reading)

    def voters(self, budget_round: BudgetRound, wijk: Wijk, number: int) -> None:
        """Roll entries K1…Kn with e-mail kiezerN@voorbeeld.example at 2000 AA N."""
        lines = [
            f"{wijk.code}-K{i};{wijk.code};2000 AA;{i};ja;kiezer{i}@voorbeeld.example"
            for i in range(1, number + 1)
        ]
        self.roll(budget_round, *lines)

    def voting_round(
        self,
        wijk: Wijk,
        euros: dict[str, int],
        *,
        voters: int = 5,
        roll: tuple[str, ...] = (),
        **changes: Any,
    ) -> tuple[BudgetRound, list[Proposal]]:
        """A round in its voting phase with these plans (title -> euros) on the ballot of one wijk."""
        budget_round = self.open_round(wijk, **changes)
        platform = self.platform(wijk)
        pot = self.pot(budget_round, wijk)
        proposals = [self.proposal(pot, platform, title, cost) for title, cost in euros.items()]
        self.fix(budget_round, wijk, *proposals, voters=voters, roll=roll)
        return budget_round, proposals

    def link(self, entry_id: int, email: str = "kiezer1@voorbeeld.example") -> tuple[str, str]:
        """A fresh link for this roll entry: (text for the address, hash)."""
        text, hashed = VotingLinks(edge.settings().secret_key).new()
        with edge.transaction() as session:
            lifetime = timedelta(minutes=60)
            now = self.clock()
            session.add(
                EmailToken(
                    id_sha256=hashed,
                    roll_entry_id=entry_id,
                    email=email,
                    created_at=now,
                    expires_at=now + lifetime,
                )
            )
        return text, hashed

    def vote(self, entry_id: int, *proposals: Proposal) -> None:
        """Cast a ballot for these proposals, in this order."""
        _, hashed = self.link(entry_id)
        self.act(start_ballot, hashed)
        self.cast(hashed, [proposal.id for proposal in proposals])

    def form(self, hashed: str, proposal_ids: list[int]) -> Form:
        """The form of this choice, as it is shown now to whoever holds the link."""
        entry_id = edge.session().get_one(EmailToken, hashed).roll_entry_id
        votes = edge.session().get_one(RollEntry, entry_id, populate_existing=True).votes_cast
        return Form(proposal_ids, votes, token_hex(16))

    def cast(self, hashed: str, proposal_ids: list[int]) -> Received:
        """Cast a ballot with a started link, with a form of its own."""
        known = edge.session().get(EmailToken, hashed) is not None
        form = self.form(hashed, proposal_ids) if known else Form(proposal_ids, 0, token_hex(16))
        return self.act(cast_ballot, hashed, form, keys=self.vault)

    def voted_round(self, rule_name: str, **options: Any) -> tuple[BudgetRound, list[Proposal]]:
        """A closed round by this rule with five plans, votes that tie, a blank ballot and a plan withdrawn in the vote."""
        ranked = BallotKind.RANKING in RULES[rule_name].ballot_kinds
        budget_round, plans = self.voting_round(
            self.wijk(),
            {"Bomen": 6000, "Plein": 5000, "Bank": 3000, "Vlag": 500, "Hek": 900, "Boot": 400},
            voters=9,
            ballot_type=BallotType.RANKING if ranked else BallotType.APPROVAL,
            counting_rule=rule_name,
            **options,
        )
        entries = edge.session().exec(select(RollEntry.id).order_by(col(RollEntry.id))).all()
        for entry_id, chosen in zip(entries, ("013", "01", "1042", "32", "23", "40", "0", ""), strict=False):
            self.vote(entry_id, *(plans[int(place)] for place in chosen))
        self.act(withdraw_proposal, SYSTEM, plans[4], reason="De sleutel is weg.")
        self.closed_phase()
        return budget_round, plans

    def count_with_lots(self, budget_round: BudgetRound) -> Count:
        """Count, and draw every lot that is asked for (highest number first), until the count is complete."""
        for _ in range(12):
            (count,) = self.act(count_round, SYSTEM, budget_round.id)
            if count.status == CountStatus.COMPLETE:
                return count
            drawn = sorted(count.tied_ids(), reverse=True)
            self.act(record_lot, SYSTEM, count.pot_id, order=drawn, witness="Een getuige")
        raise AssertionError("the count asks for one lot after another")

    def submission_phase(self) -> None:
        self.clock.set(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))

    def review_phase(self) -> None:
        self.clock.set(datetime(2026, 4, 10, 9, 0, tzinfo=UTC))

    def voting_phase(self) -> None:
        self.clock.set(datetime(2026, 5, 10, 9, 0, tzinfo=UTC))

    def closed_phase(self, *, opened: bool = True) -> None:
        """After the vote; its ballots sealed and opened, unless `opened` is false."""
        self.clock.set(datetime(2026, 5, 22, 9, 0, tzinfo=UTC))
        if opened:
            self.open_votes()
