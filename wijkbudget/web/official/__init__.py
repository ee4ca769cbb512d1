"""Pages for the audience `official`: who runs a round, checks it, or keeps the accounts."""

from flask import Blueprint

blueprint = Blueprint("official", __name__, url_prefix="/gemeente")

from wijkbudget.web.official import (  # noqa: F401  (the views register themselves on the blueprint)
    accounts,
    audit,
    counting,
    intake,
    invitations,
    letter_codes,
    proposals,
    replacements,
    roll,
    round_acts,
    round_keys,
    rounds,
    wijken,
)
