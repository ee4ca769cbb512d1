"""What goes into every archive of a vote as it is: a README, the specification, and the program that checks."""

from wijkbudget.edge import resource_folder
from wijkbudget.protocol.archive import Enclosed

README = """\
Het archief van een stemming
============================

In dit bestand zit alles waarmee u een stemming zelf kunt nagaan en natellen. Er staan geen namen in.

Zo doet u dat:

1. Op de website van de gemeente, op de pagina "Tel de stemmen zelf na". Uw eigen browser doet het werk.
   Het bestand gaat nergens heen.
2. Of met het programma verify.py uit dit archief. U hebt alleen Python 3.11 of nieuwer nodig:

       python3 verify.py DIT-BESTAND.zip

3. Of met wijkbudget zelf:

       wijkbudget verify DIT-BESTAND.zip

Wie dit archief niet vertrouwt, vertrouwt ook verify.py daaruit niet. Haal het programma dan ergens anders
vandaan, of schrijf zelf een programma: protocol.md beschrijft alles wat daarvoor nodig is.

Vergelijk de sleutel waarmee is ondertekend met die op de website van de gemeente.

De bestanden:

  rules.txt       de spelregels, zoals ze vóór de stemming zijn vastgelegd
  board.jsonl     het openbare bord: de stemlijsten en de bewijzen van alle uitgebrachte stemmen
  seal.json       het zegel: wat er was bij de sluiting, ondertekend voordat een biljet werd geopend
  ballots.txt     de stembiljetten die meetellen, op volgorde van hun bewijs
  superseded.txt  bewijzen van stemmen die door een latere stem van dezelfde kiezer zijn vervangen
  result.json     de uitslag, ondertekend
  verify.py       het programma dat dit alles controleert
  protocol.md     de beschrijving van het protocol (Engels)

In een wijk met weinig stemmen staan de losse biljetten niet in dit archief: anders was te raden wie wat koos.
De controleur krijgt ze wel.
"""


def enclosed_files() -> Enclosed:
    """The files, from this installation."""
    protocol = resource_folder("docs") / "protocol.md"
    verifier = resource_folder("data") / "verifier" / "verify.py"
    return Enclosed(README.encode(), protocol.read_bytes(), verifier.read_bytes())
