"""One spelling per mailbox, so that one person is one person."""

from email_validator import EmailNotValidError, validate_email

from wijkbudget.domain.errors import InvalidInput


def parse_email(text: str) -> str:
    """The address in lower case, local part included (the validator alone keeps its case). Raises InvalidInput."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise InvalidInput(f"“{text}” is geen e-mailadres. Schrijf het zo: naam@voorbeeld.nl.") from None
