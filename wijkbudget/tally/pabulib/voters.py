"""The ids of voters, kept only to notice one that votes a second time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from operator import lt

_LARGEST = 2**63 - 1


class VoterIds:
    """Ids seen so far: 8 bytes each as long as they are rising numbers, the others as text.

    >>> seen = VoterIds()
    >>> seen.add_all(["1", "2", "30"]), seen.add_all(["x", "7"]), seen.add_all(["8", "2"]), seen.add_all(["8"])
    (True, True, False, True)
    """

    def __init__(self) -> None:
        self._rising = array("q")
        self._others: set[str] = set()

    def add_all(self, voters: list[str]) -> bool:
        """Add these ids; False, and nothing is added, if one was seen before or comes twice among them."""
        numbers = self._rising_numbers(voters)
        if numbers:
            if not self._others.isdisjoint(voters):
                return False
            self._rising.extend(numbers)
            return True
        fresh = set(voters)
        if len(fresh) < len(voters) or not fresh.isdisjoint(self._others):
            return False
        if self._rising and any(map(self._is_rising, fresh)):
            return False
        self._others |= fresh
        return True

    def _rising_numbers(self, voters: list[str]) -> list[int]:
        """The ids as numbers if they rise from the last one on and are written plainly; else nothing."""
        try:
            numbers = list(map(int, voters))
        except ValueError:
            return []
        last = self._rising[-1] if self._rising else -1
        rise = bool(numbers) and last < numbers[0] and all(map(lt, numbers, numbers[1:]))
        plain = rise and numbers[-1] <= _LARGEST and list(map(str, numbers)) == voters
        return numbers if plain else []

    def _is_rising(self, voter: str) -> bool:
        if not voter.isdecimal() or len(voter) > 19:
            return False
        number = int(voter)
        at = bisect_left(self._rising, number)
        return at < len(self._rising) and self._rising[at] == number and str(number) == voter
