"""A budget round from an empty installation to the exported allocation, in a real browser with real mail."""

import csv
import hashlib
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.installation import Installation
from tests.e2e.mailbox import Mailbox
from wijkbudget.domain.amsterdam import local

pytestmark = pytest.mark.browser

PASSWORD = "een lang wachtwoord"
OFFICIAL, MEMBER = "ambtenaar@voorbeeld.example", "lid@voorbeeld.example"
HOUSEHOLD = "huis@voorbeeld.example"
PLANS = {"Bankje bij de vijver": "3.000", "Speelplein de Draak": "5.000", "Vlindertuin": "4.500"}
ROLL = """nummer;wijk;postcode;huisnummer;leeftijd_ok;email
K-0001;F01;2099 AA;1;ja;huis@voorbeeld.example
K-0002;F01;2099 AA;1;ja;huis@voorbeeld.example
K-0003;F01;2099 AA;2;ja;buur@voorbeeld.example
K-0004;F01;2099 AA;3;nee;jong@voorbeeld.example
"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def test_a_round_runs_from_proposal_to_exported_allocation(
    browser: Browser, installation: Installation, mailbox: Mailbox, tmp_path: Path
) -> None:
    set_up(installation)
    official = log_in(browser, installation, OFFICIAL)
    recognise_platform(official, installation)
    open_a_round(official, installation)
    submit_plans(log_in(browser, installation, MEMBER), installation)
    import_the_roll(official, installation, tmp_path)
    advance(official, installation, days=9)
    judge_and_fix(official, installation)
    advance(official, installation, days=6)
    resident = browser.new_page(viewport=PHONE)
    vote(resident, installation, mailbox, household=1, plans=["Bankje bij de vijver", "Speelplein de Draak"])
    vote(resident, installation, mailbox, household=2, plans=["Bankje bij de vijver"])
    first = receipt_on(resident)
    second = change_of_mind(resident, mailbox, "Bankje bij de vijver")
    expect_changed_link_refused(resident, mailbox)
    advance(official, installation, days=15)
    count_and_certify(official, installation)
    expect_public_result(resident, installation)
    expect_receipts(resident, installation, {first: "Deze stem is vervangen", second: "Uw stem telt mee"})
    expect_archive_that_anyone_can_check(resident, installation, tmp_path)
    expect_export(official, installation)
    expect_whole_audit_log(installation)
    log = installation.stop()
    assert "@" not in log and "/stemmen/link/" not in log


def follow(target: Locator) -> None:
    """Press a button or link and wait for the page it leads to: the next step must not cut off the request."""
    with target.page.expect_navigation():
        target.click()


def set_up(installation: Installation) -> None:
    """What an administrator does once: database, accounts, a wijk; then start the server."""
    installation.run("init")
    for email, role in ((OFFICIAL, "official"), (MEMBER, "platform_member")):
        who = ("--email", email, "--name", "Fictief Persoon", "--role", role, "--password", PASSWORD)
        installation.run("user", "create", *who)
    besluit = ("--besluit", "Voorbeeldbesluit 2025/1", "--valid-from", "2025-01-01")
    installation.run("wijk", "register", "--code", "F01", "--name", "Fictiewijk", *besluit)
    installation.start()


def log_in(browser: Browser, installation: Installation, email: str) -> Page:
    """A browser of its own in which this account is logged in."""
    page = browser.new_context(viewport=DESK).new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{installation.url}/inloggen")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    follow(page.get_by_role("button", name="Inloggen"))
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()
    return page


def recognise_platform(page: Page, installation: Installation) -> None:
    """The official recognises the wijkplatform and makes the member part of it."""
    page.goto(f"{installation.url}/gemeente/wijken")
    follow(page.get_by_role("link", name="Fictiewijk"))
    page.get_by_label("Naam").fill("Wijkplatform Fictie")
    page.get_by_label("Erkend op").fill("2025-02-01")
    follow(page.get_by_role("button", name="Wijkplatform erkennen"))
    page.get_by_label("E-mailadres van het account").fill(MEMBER)
    page.get_by_label("Lid vanaf").fill("2025-02-01")
    follow(page.get_by_role("button", name="Lid toevoegen"))
    expect(page.get_by_text("Fictief Persoon is lid van")).to_be_visible()


def open_a_round(page: Page, installation: Installation) -> None:
    """The official sets up a round, sees its rules, opens it; the published text has the published hash."""
    page.goto(f"{installation.url}/gemeente/rondes/nieuw")
    now = datetime.now(UTC)
    page.get_by_label("Naam van de ronde").fill("Proefronde")
    page.get_by_label("Grondslag").fill("Voorbeeldregeling van 1 januari 2026")
    page.get_by_label("Peildatum").fill(f"{local(now):%Y-%m-%d}")
    page.get_by_label("Fictiewijk").fill("8.000")
    moments = {"Indienen opent": -1, "Indienen sluit": 8, "Stemmen opent": 14, "Stemmen sluit": 28}
    for label, days in moments.items():
        page.get_by_label(label).fill(f"{local(now + timedelta(days=days)):%Y-%m-%dT%H:%M}")
    follow(page.get_by_role("button", name="Concept opslaan"))
    follow(page.get_by_role("link", name="Spelregels lezen en ronde openen"))
    follow(page.get_by_role("button", name="Ronde openen"))
    expect(page.get_by_text("liggen vast").first).to_be_visible()
    rules = page.request.get(f"{installation.url}/rondes/1/spelregels.txt").body()
    page.goto(f"{installation.url}/rondes/1/spelregels")
    expect(page.get_by_text(hashlib.sha256(rules).hexdigest())).to_be_visible()


def submit_plans(page: Page, installation: Installation) -> None:
    """The member of the platform writes three plans and hands them in."""
    for title, euros in PLANS.items():
        page.goto(f"{installation.url}/wijkplatform/plannen")
        follow(page.get_by_role("link", name="Nieuw plan maken"))
        page.get_by_label("Titel van het plan").fill(title)
        page.get_by_label("Samenvatting").fill(f"{title}, voor iedereen.")
        page.get_by_label("Beschrijving").fill("We maken het samen en houden het bij.")
        page.get_by_label("Plaats").fill("Bij de vijver")
        page.get_by_label("Wat doet u zelf?").fill("Wij onderhouden het.")
        page.get_by_label("Omschrijving").first.fill("Materiaal")
        page.get_by_label("Bedrag in euro").first.fill(euros)
        follow(page.get_by_role("button", name="Opslaan en indienen"))
        expect(page.get_by_text("Uw plan is ingediend.")).to_be_visible()


def import_the_roll(page: Page, installation: Installation, folder: Path) -> None:
    """First a file with a fault, which is reported and not stored; then the right one."""
    wrong, right = folder / "fout.csv", folder / "goed.csv"
    wrong.write_text(ROLL.replace("2099 AA;2;ja", "2099;2;ja"), encoding="utf-8")
    right.write_text(ROLL, encoding="utf-8")
    for file in (wrong, right):
        page.goto(f"{installation.url}/gemeente/rondes/1/kiesregister")
        page.get_by_label("CSV-bestand").set_input_files(file)
        follow(page.get_by_role("button", name="Controleer het bestand"))
        if file is wrong:
            expect(page.get_by_text("is geen postcode").first).to_be_visible()
            expect(page.get_by_role("button", name="Lees in")).to_have_count(0)
    follow(page.get_by_role("button", name="Lees in"))
    expect(page.get_by_text("ingelezen").first).to_be_visible()


def advance(page: Page, installation: Installation, *, days: int) -> None:
    """Move the demo clock on, a day at a time."""
    page.goto(f"{installation.url}/demo/klok")
    for _ in range(days):
        follow(page.get_by_role("button", name="1 dag verder"))


def judge_and_fix(page: Page, installation: Installation) -> None:
    """The official finds two plans feasible and one not, with reasons, and fixes the ballot list."""
    for number, title in enumerate(PLANS, start=1):
        feasible = title != "Vlindertuin"
        page.goto(f"{installation.url}/gemeente/plannen/{number}")
        page.get_by_label(
            "Ja, het plan is haalbaar" if feasible else "Nee, het plan is niet haalbaar"
        ).check()
        page.get_by_label("Reden van uw oordeel").fill(
            "De grond is vrij." if feasible else "Hier ligt een kabel."
        )
        follow(page.get_by_role("button", name="Oordeel opslaan"))
        if feasible:
            follow(page.get_by_role("button", name="Zet op de stemlijst"))
    page.goto(f"{installation.url}/gemeente/rondes/1/stemlijst")
    follow(page.get_by_role("button", name="Stemlijst en kiesregister vaststellen"))
    expect(page.get_by_text("liggen vast").first).to_be_visible()


def vote(
    page: Page, installation: Installation, mailbox: Mailbox, *, household: int, plans: list[str]
) -> None:
    """One of two people behind one address asks for a link, reads the mail, and votes."""
    if household == 1:
        page.goto(f"{installation.url}/stemmen")
        page.get_by_label("E-mailadres").first.fill(HOUSEHOLD)
        page.get_by_label("Postcode").fill("2099 aa")
        page.get_by_label("Huisnummer").fill("1")
        follow(page.get_by_role("button", name="Vraag stemlink aan"))
        mailbox.wait_for(HOUSEHOLD, "Uw stemlink", count=2)
    page.goto(mailbox.links(HOUSEHOLD)[household - 1])
    follow(page.get_by_role("button", name="Begin met stemmen"))
    expect(page.get_by_text("Vlindertuin")).to_have_count(0)
    for title in plans:
        page.get_by_label(title).check()
    follow(page.get_by_role("button", name="Verder naar controleren"))
    for title in plans:
        expect(page.get_by_text(title).first).to_be_visible()
    follow(page.get_by_role("button", name="Stem", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("stem")
    mailbox.wait_for(HOUSEHOLD, "Uw stem voor", count=household)


def receipt_on(page: Page) -> str:
    """The five words that the voter sees once."""
    words = page.locator(".wb-receipt__words").inner_text()
    assert len(words.split()) == 5
    return words


def change_of_mind(page: Page, mailbox: Mailbox, title: str) -> str:
    """The second of the household votes again with the same link, and is warned by mail."""
    page.goto(mailbox.links(HOUSEHOLD)[1])
    follow(page.get_by_role("button", name="Begin met stemmen"))
    page.get_by_label(title).check()
    follow(page.get_by_role("button", name="Verder naar controleren"))
    expect(page.get_by_text("Uw vorige stem telt dan niet meer mee")).to_be_visible()
    follow(page.get_by_role("button", name="Stem", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw nieuwe stem is ontvangen")
    mailbox.wait_for(HOUSEHOLD, "Uw stem voor Proefronde is gewijzigd", count=1)
    return receipt_on(page)


def expect_changed_link_refused(page: Page, mailbox: Mailbox) -> None:
    """A link that somebody changed says that it is wrong."""
    answer = page.goto(mailbox.links(HOUSEHOLD)[0][:-3] + "xyz")
    assert answer and answer.status == 404


def expect_receipts(page: Page, installation: Installation, expected: dict[str, str]) -> None:
    """Who wrote the words down sees what became of that vote."""
    for words, said in expected.items():
        page.goto(f"{installation.url}/rondes/1/bord")
        page.get_by_label("Uw bewijs").fill(words)
        follow(page.get_by_role("button", name="Zoek op"))
        expect(page.get_by_text(said)).to_be_visible()


def expect_archive_that_anyone_can_check(page: Page, installation: Installation, folder: Path) -> None:
    """The published archive passes the check of the command line, of its own program, and of the page."""
    archive, program = folder / "archief.zip", folder / "verify.py"
    archive.write_bytes(page.request.get(f"{installation.url}/rondes/1/archief.zip").body())
    assert installation.run("verify", str(archive)).endswith("Alles klopt.\n")
    with zipfile.ZipFile(archive) as opened:
        program.write_bytes(opened.read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", program, archive], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Alles klopt.")
    page.goto(f"{installation.url}/natellen")
    page.get_by_label("Archief van de stemming").set_input_files(archive)
    expect(page.get_by_text("Alles klopt.")).to_be_visible()


def count_and_certify(page: Page, installation: Installation) -> None:
    """The official counts, checks the count of the wijk, and certifies it."""
    page.goto(f"{installation.url}/gemeente/rondes/1")
    follow(page.get_by_role("button", name="Stemmen tellen"))
    expect(page.get_by_text("De stemmen zijn geteld.").first).to_be_visible()
    page.goto(f"{installation.url}/gemeente/rondes/1/vaststellen")
    follow(page.get_by_role("button", name="Uitslag vaststellen en bekendmaken"))
    expect(page.get_by_text("De uitslag is vastgesteld").first).to_be_visible()


def expect_public_result(page: Page, installation: Installation) -> None:
    """Everybody sees what was chosen, what was not, and why."""
    page.goto(f"{installation.url}/rondes/1/uitslag")
    expect(page.get_by_text("Bankje bij de vijver").first).to_be_visible()
    expect(page.get_by_text("2 van de 3").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def expect_export(page: Page, installation: Installation) -> None:
    """The CSV holds the allocation: both plans fit in € 8.000, most votes first; the command line agrees."""
    content = page.request.get(f"{installation.url}/rondes/1/uitslag/1.csv").body()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    got = [(row["titel"], row["stemmen"], row["toegekend"], row["over_na"]) for row in rows]
    assert got == [
        ("Bankje bij de vijver", "2", "3000,00", "5000,00"),
        ("Speelplein de Draak", "1", "5000,00", "0,00"),
    ]
    exported = installation.run("export", "1", "F01", "--format", "csv")
    assert exported.encode().lstrip(b"\xef\xbb\xbf").split() == content.lstrip(b"\xef\xbb\xbf").split()


def expect_whole_audit_log(installation: Installation) -> None:
    """Every act left a line, and the chain holds."""
    assert "klopt" in installation.run("audit", "verify")
