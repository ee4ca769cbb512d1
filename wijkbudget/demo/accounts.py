"""The logins and the voters of the demonstration. Everybody here is fictional; the passwords are no secret."""

from dataclasses import dataclass

from wijkbudget.domain.account import Role

DEMO_PASSWORD = (
    "wijkbudget-demo"  # it is printed at every start, and `wijkbudget run` refuses the demo's data
)


@dataclass(frozen=True)
class DemoAccount:
    """Somebody who logs in. `wijk` is the code of the wijk whose platform they belong to."""

    role_label: str
    email: str
    name: str
    roles: frozenset[Role]
    wijk: str | None = None


@dataclass(frozen=True)
class DemoVoter:
    """A household on the roll of a round that is open for voting; voters need no account."""

    role_label: str
    email: str
    postcode: str
    house_number: int
    wijk: str
    people: int = 1

    @property
    def address(self) -> str:
        """The fictional address as people write it: "2099 NA 12"."""
        return f"{self.postcode[:4]} {self.postcode[4:]} {self.house_number}"


DEMO_ACCOUNTS = (
    DemoAccount("ambtenaar", "ambtenaar@voorbeeld.example", "Anouk Ambtenaar", frozenset({Role.OFFICIAL})),
    DemoAccount(
        "lid van een wijkplatform",
        "lid@voorbeeld.example",
        "Levi Lid",
        frozenset({Role.PLATFORM_MEMBER}),
        "WK039208",
    ),
    DemoAccount(
        "beheerder van een wijkplatform",
        "wijkbeheer@voorbeeld.example",
        "Bo Buurman",
        frozenset({Role.PLATFORM_MEMBER, Role.PLATFORM_MANAGER}),
        "WK039207",
    ),
    DemoAccount(
        "lid van alle andere platforms",
        "platforms@voorbeeld.example",
        "Vera Verbinder",
        frozenset({Role.PLATFORM_MEMBER}),
    ),
    DemoAccount(
        "applicatiebeheerder", "beheer@voorbeeld.example", "Timo Techniek", frozenset({Role.ADMINISTRATOR})
    ),
    DemoAccount("controleur", "controle@voorbeeld.example", "Carla Controle", frozenset({Role.AUDITOR})),
)

DEMO_VOTERS = (
    DemoVoter("inwoner (goedkeuren)", "inwoner@voorbeeld.example", "2099NA", 12, "WK039214"),
    DemoVoter(
        "twee inwoners, één adres", "huisgenoten@voorbeeld.example", "2099NA", 14, "WK039214", people=2
    ),
    DemoVoter("inwoner (binnen het budget)", "polder@voorbeeld.example", "2099FA", 12, "WK039206"),
    DemoVoter("inwoner (rangschikken)", "zaanen@voorbeeld.example", "2099MA", 12, "WK039213"),
)
DEMO_VOTER = DEMO_VOTERS[0]
