"""Who does an act: an account with its roles, or the system itself (the command line, the clock)."""

from dataclasses import dataclass, field

from wijkbudget.domain.account import Role
from wijkbudget.domain.errors import NotAllowed


@dataclass(frozen=True)
class Actor:
    """The doer of an act, as services and the audit log know them."""

    account_id: int | None
    roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def label(self) -> str:
        """How the audit log names the actor, without personal data."""
        return "system" if self.account_id is None else f"account:{self.account_id}"

    def require(self, *roles: Role) -> None:
        """Raise NotAllowed unless the actor has one of these roles; the system may do everything."""
        if self.account_id is not None and not self.roles.intersection(roles):
            raise NotAllowed("U mag dit niet doen. Vraag een collega met de juiste rol.")


SYSTEM = Actor(account_id=None)
