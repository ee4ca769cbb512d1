"""What can be wrong, in the words of the person who has to mend it.

Every error carries a Dutch message that says what to do and the HTTP status that fits. `field` names the
form field that the message belongs to, when there is one.
"""


class DomainError(Exception):
    """An act that the rules do not allow; nothing has been changed."""

    status = 409

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(DomainError):
    """A value that cannot be taken as it was given."""

    status = 422


class NotFound(DomainError):
    """The thing that was asked for does not exist (or not for this person)."""

    status = 404


class NotAllowed(DomainError):
    """This person may not do this."""

    status = 403


class WrongPhase(DomainError):
    """The round is not in the phase in which this act is possible."""


class LotFirst(DomainError):
    """Nothing can be counted until a lot that was asked for has been drawn."""


class RulesFrozen(DomainError):
    """The rules of an opened round cannot be changed."""


class TooManyAttempts(DomainError):
    """Too many tries in a short time; wait."""

    status = 429


class LinkInvalid(DomainError):
    """A voting link that was not made by us, or that was changed on the way."""

    status = 404


class LinkExpired(DomainError):
    """A voting link that is too old, or that was replaced."""

    status = 410


class BallotReplaced(DomainError):
    """The voter has voted in another way since this form was shown."""


class VoteClosed(DomainError):
    """The vote has not begun yet, or has ended."""
