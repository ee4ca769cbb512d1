"""The votes of a .pb file, grouped while they are read: each distinct ballot is kept once, with its first line.

Nearly every line is plain: no quotes, as many fields as there are columns. Such lines are taken by the thousand.
A piece of the file with any other line in it is left to the careful reader, which gives the same ballots.
"""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain

from wijkbudget.tally.file_fault import Fault, Unreadable, quoted
from wijkbudget.tally.pabulib.rows import Row
from wijkbudget.tally.pabulib.vote_form import Key, Parsed, Text, VoteForm, WrongVote
from wijkbudget.tally.pabulib.voters import VoterIds
from wijkbudget.tally.profile import BallotKind, Profile

_MOST_TEXTS = 1 << 16
_MOST_ODDITIES = 100


class Votes:
    """The distinct ballots seen so far.

    `first_lines`: of each the line where it came first. `zeros`: of projects, by place, how many ballots give them
    no points but name them.
    """

    def __init__(self, form: VoteForm, header: list[str]) -> None:
        self._form = form
        self._columns = len(header)
        self._voter, self._vote = header.index("voter_id"), header.index("vote")
        self._points = header.index("points") if form.kind is BallotKind.POINTS else None
        self._voters = VoterIds()
        self._texts: dict[Text, int] = {}
        self._zero_texts: dict[Text, tuple[int, ...]] = {}
        self._places: dict[Key, int] = {}
        self._weights: list[int] = []
        self.first_lines: list[int] = []
        self.zeros: Counter[int] = Counter()
        self._oddities: list[Fault] = []
        self._odd_texts: set[Text] = set()

    def take_row(self, row: Row) -> None:
        """Count one vote; raises `Unreadable`."""
        voter, vote = row.fields["voter_id"], row.fields["vote"]
        if not self._voters.add_all([voter]):
            raise Unreadable(row.line, f"voter {quoted(voter)} votes a second time")
        text: Text = vote if self._points is None else (vote, row.fields["points"])
        try:
            parsed = None if text in self._texts else self._form.parse(text)
        except WrongVote as fault:
            raise Unreadable(row.line, str(fault)) from None
        if parsed is not None:
            self._learn([text], [parsed.key], {text: row.line})
            self._note(text, parsed, row.line)
        self._count({text: 1})

    def take_plain(self, data: bytes, read: int) -> int:
        """Count all votes in these lines, which come after line `read`; the number of lines.

        0, and nothing is counted, if one of them is not plain, or anything is wrong with one.
        """
        fields = _plain_fields(data, self._columns)
        votes: list[Text] = list(map(str.strip, fields[self._vote :: self._columns]))
        if self._points is not None:
            points = map(str.strip, fields[self._points :: self._columns])
            votes = list(zip(map(str.strip, fields[self._vote :: self._columns]), points, strict=True))
        fresh = [text for text in dict.fromkeys(votes) if text not in self._texts]
        keys, parsed = self._form.quick_keys(fresh), []
        if keys is None:
            try:
                parsed = list(map(self._form.parse, fresh))
            except WrongVote:
                return 0
            keys = [ballot.key for ballot in parsed]
        if not self._take_voters(fields[self._voter :: self._columns]):
            return 0
        firsts = dict(zip(reversed(votes), range(read + len(votes), read, -1), strict=True))
        self._learn(fresh, keys, firsts)
        for text, ballot in zip(fresh, parsed, strict=False):
            self._note(text, ballot, firsts[text])
        self._count(Counter(votes))
        return len(votes)

    def _take_voters(self, voters: list[str]) -> bool:
        """Whether all these voters are new; a row without a voter may be an empty one, so it needs care."""
        if not all(map(str.isdecimal, voters)):
            voters = list(map(str.strip, voters))
            if "" in voters:
                return False
        return bool(voters) and self._voters.add_all(voters)

    def _learn(self, texts: Sequence[Text], keys: Sequence[Key], lines: Mapping[Text, int]) -> None:
        """Find the place of the ballot behind each text that is not known (any more)."""
        known, places, weights = self._texts, self._places, self._weights
        for text, key in zip(texts, keys, strict=True):
            place = places.setdefault(key, len(weights))
            if place == len(weights):
                weights.append(0)
                self.first_lines.append(lines[text])
            known[text] = place

    def _note(self, text: Text, parsed: Parsed, line: int) -> None:
        """Remember what is odd in a vote."""
        if parsed.zeros:
            self._zero_texts[text] = parsed.zeros
        if parsed.twice and text not in self._odd_texts:
            self._odd_texts.add(text)
            how = "its points are added up" if self._form.kind is BallotKind.POINTS else "it counts once"
            odd = Fault(line, f"vote names project {quoted(parsed.twice)} twice; {how}")
            self._oddities += [odd] if len(self._odd_texts) <= _MOST_ODDITIES else []

    def oddities(self) -> list[Fault]:
        """Votes that name a project twice, each distinct one once; a long list is cut off."""
        more = len(self._odd_texts) - len(self._oddities)
        rest = [Fault(0, f"{more} more distinct votes name a project twice")] if more else []
        return self._oddities + rest

    def _count(self, times_cast: Mapping[Text, int]) -> None:
        weights, texts = self._weights, self._texts
        for text, times in times_cast.items():
            weights[texts[text]] += times
        if self._zero_texts:
            for text in times_cast.keys() & self._zero_texts.keys():
                for mark in self._zero_texts[text]:
                    self.zeros[mark] += times_cast[text]
        if len(texts) > _MOST_TEXTS:  # known texts only save time
            texts.clear()
            self._zero_texts.clear()

    def profile(self) -> Profile:
        """The ballots as an election keeps them."""
        keys = self._places.keys()
        marks = [key if isinstance(key, bytes) else key[0] for key in keys]
        lengths = [len(packed) // self._form.width for packed in marks]
        values = array("q")
        if self._form.kind is BallotKind.RANKING:
            ranks = {length: array("q", range(1, length + 1)) for length in {*lengths}}
            for length in lengths:
                values.extend(ranks[length])
        elif self._form.kind is BallotKind.POINTS:
            values = array("q", chain.from_iterable(key[1] for key in keys if isinstance(key, tuple)))
        starts = array("q", accumulate(lengths, initial=0))
        all_marks = self._form.unpacked(b"".join(marks))
        return Profile(self._form.kind, array("q", self._weights), starts, all_marks, values)


def _plain_fields(data: bytes, columns: int) -> list[str]:
    """The fields of all lines after each other, or none if a line needs more care than splitting at semicolons.

    With every line break made a field of its own beginning, the lines have `columns` fields each if all breaks
    stand where a line's first field must be.
    """
    try:
        text = data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        return []
    if "\r" in text:
        text = text.replace("\r\n", "\n").removesuffix("\r" if data.endswith(b"\r\n") else "")
    if '"' in text or "\0" in text or "\r" in text:
        return []
    count = text.count("\n") + 1
    fields = text.replace("\n", ";\n").split(";")
    longest = csv.field_size_limit()
    if len(fields) != count * columns or (len(text) > longest and max(map(len, fields)) > longest):
        return []
    firsts = "".join(fields[::columns]).split("\n")
    if len(firsts) != count:
        return []
    fields[::columns] = firsts
    return fields
