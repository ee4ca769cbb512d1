"""The telephone of everybody in the tests: it shows the code that an account needs to log in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
from flask import Flask
from sqlmodel import select

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.domain.second_factor import SecondFactor
from wijkbudget.services.check_code import time_step
from wijkbudget.services.factor_secrets import FactorSecrets

if TYPE_CHECKING:
    from tests.web.visitor import Page, Visitor


def code_now(secret: str, *, later: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return pyotp.HOTP(secret).at(time_step(edge.system_clock()) + later)


def secret_on(page: Page) -> str:
    """The secret to type, from the page that sets up the second step."""
    assert page.document
    return "".join(page.document.query("#geheim code")[0].to_text().split())


def code_of(app: Flask, email: str) -> str:
    """The code of this account. An earlier one of the same half minute is forgotten, for a test does not wait."""
    with app.app_context():
        with edge.transaction() as session:
            account = session.exec(select(Account).where(Account.email == email.strip().lower())).one()
            factor = session.get_one(SecondFactor, account.id)
            factor.last_step = 0
            secret = FactorSecrets(edge.settings().secret_key).open(factor.sealed_secret, account.id)
        assert secret
        return code_now(secret)


def second_step(visitor: Visitor, page: Page, email: str) -> Page:
    """From the page after the password to the page that was asked for."""
    if page.path == "/inloggen/twee-stappen":
        shown = visitor.submit(page, {"code": code_now(secret_on(page))})
        assert shown.heading == "Uw herstelcodes", shown.text
        assert shown.document
        return visitor.get(shown.document.query("main .wb-actions a")[0].attrs["href"])
    if page.path == "/inloggen/code":
        return visitor.submit(page, {"code": code_of(visitor.client.application, email)})
    return page
