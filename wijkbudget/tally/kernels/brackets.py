"""Compiled loops of equal shares: the money of each voter as two whole numbers with the true amount in between.

Amounts are counted in units of 2^-s cent. `low[g] <= true money <= high[g]` holds for every group g of equal
ballots, and nothing is ever rounded except by a division whose remainder goes the safe way. What supporters pay
together at price p, the sum of weight * min(money, p * worth), is concave and grows with money and price. So

- a price at which `high` does not pay for more than the cost is at most the true price (`_at_least`); a Newton step
  on a concave curve never passes the root, from whichever side it is taken;
- a price at which `low` pays for the cost is at least the true price (`_at_most`);
- after a purchase `high` pays the lower and `low` the higher of the two, and both stop at 0: again a bracket.

With low = the endowment b0 and high = the endowment b1 the same argument holds for every endowment in between, since
money after a fixed list of purchases grows with the endowment, and prices fall. A run that never doubts on such a wide
bracket has therefore found the outcome of all of them at once: the range certificate.

All compiled functions that call each other are in this one file: numba's cache looks only at the file of a function to see
whether it is stale.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

RUNNING, OVER, EXHAUSTIVE, ALL_FUNDED, LOOK = range(5)
"""Why a search paused: the stretch is finished, the run costs more than the budget, nothing more fits, every project
is funded or excluded, or the caller must look: a tie may matter, or the brackets of one endowment overlap."""

_DOWN, _UP = 1.0 - 2.0**-50, 1.0 + 2.0**-50
_WAITING, _FUNDED, _OUT_OF_REACH, _EXCLUDED = 0, 1, 2, 3
_LONGEST_WAIT = 64


Rows = tuple[Any, Any, Any]
"""Of each group where its projects begin, the projects, and (unless all 1) what they are worth to it."""


class Tables(NamedTuple):
    """The election as arrays; project p has supporters groups[starts[p]:starts[p + 1]], the three lists side by side.

    `worths` is empty if every supporter values a project alike. `need`: cost in units; `cost`: in cents. A price per
    worth divided by `unit` is the rho that is compared; `numerator` / (paying weight) is that rho exactly while nobody
    pays only a part (0: too large to use). Buying p rules out excludes[exclude_starts[p]:exclude_starts[p + 1]].
    """

    starts: Any
    groups: Any
    weights: Any
    worths: Any
    need: Any
    cost: Any
    unit: Any
    numerator: Any
    full_weight: Any
    exclude_starts: Any
    excludes: Any


class Work(NamedTuple):
    """Arrays that one search writes in; `order`, `at_least` and `at_most` hold the purchases of the last run."""

    low: Any
    high: Any
    order: Any
    at_least: Any
    at_most: Any
    bound: Any
    above: Any
    rich: Any
    state: Any
    kept: Any
    hint: Any
    guess: Any


@njit(cache=True, error_model="numpy")
def _paid(group: Any, weight: Any, worth: Any, money: Any, price: int) -> tuple[int, int]:
    """What supporters pay together at this price, and the weight (times worth) of those whom it leaves money."""
    paid = 0
    rich = 0
    if len(worth) == 0:
        for i in range(len(group)):
            have = money[group[i]]
            full = have > price
            paid += weight[i] * (price if full else have)
            rich += weight[i] if full else 0
    else:
        for i in range(len(group)):
            have = money[group[i]]
            share = price * worth[i]
            full = have > share
            paid += weight[i] * (share if full else have)
            rich += weight[i] * worth[i] if full else 0
    return paid, rich


@njit(cache=True, error_model="numpy")
def _all_can_pay(group: Any, worth: Any, money: Any, price: int) -> bool:
    """Whether the price, times worth, leaves every supporter something."""
    for i in range(len(group)):  # noqa: SIM110 - the loop is what numba compiles best
        if money[group[i]] <= (price * worth[i] if len(worth) else price):
            return False
    return True


@njit(cache=True, error_model="numpy")
def pay(group: Any, worth: Any, low: Any, high: Any, least: int, most: int) -> None:
    """Take the price, times worth, from each supporter, or all that is there."""
    for i in range(len(group)):
        g = group[i]
        u = worth[i] if len(worth) else 1
        low[g] = max(0, low[g] - most * u)
        high[g] = max(0, high[g] - least * u)


@njit(cache=True, error_model="numpy")
def at_least(
    group: Any, weight: Any, worth: Any, money: Any, need: int, start: int, least: int, ceiling: int
) -> tuple[int, int, int]:
    """A price at most the true one: with it the paying weight, and what the others gave.

    The price is -1 if all money together is too little. `least` is a price known not to be too high; no one has more
    than the `ceiling`, so that no price times worth overflows.
    """
    price = max(start, least)
    while True:
        paid, rich = _paid(group, weight, worth, money, price)
        if paid < need:
            if rich == 0:
                return -1, 0, 0
            step = (need - paid) // rich
            if step == 0:
                return price, rich, paid - rich * price
            least = price + step
            if least > ceiling:
                return -1, 0, 0
        elif price == least or (paid == need and rich > 0):
            return price, rich, paid - rich * price
        elif rich > 0:
            least = max(least, price - (paid - need + rich - 1) // rich)
        price = least


@njit(cache=True, error_model="numpy")
def at_most(
    group: Any, weight: Any, worth: Any, money: Any, need: int, start: int, ceiling: int
) -> tuple[int, int]:
    """A price at least the true one, above `start`, and with it the paying weight; -1 if the money never suffices.

    It looks first a little above (one in 2^36), where the answer is nearly always yes at once.
    """
    price = min(ceiling + 1, start + 1 + (start >> 36))
    while True:
        paid, rich = _paid(group, weight, worth, money, price)
        if paid >= need:
            return price, rich
        if rich == 0:
            return -1, 0
        price = min(ceiling + 1, price + (need - paid) // rich + 1)


@njit(cache=True, error_model="numpy")
def _cheapest(tables: Any, work: Any) -> int:
    """The waiting project with the lowest known bound on its rho, or -1."""
    state, bound, unit = work.state, work.bound, tables.unit
    found, lowest = -1, np.inf
    for p in range(len(unit)):
        if state[p] == _WAITING and bound[p] / unit[p] < lowest:
            found, lowest = p, bound[p] / unit[p]
    return found


@njit(cache=True, error_model="numpy")
def _compare(tables: Any, work: Any, p: int, q: int) -> int:
    """Whether rho of p is certainly below (-1), equal to (0) or above (1) that of q; 2 if the brackets cannot tell."""
    if work.above[p] / tables.unit[p] * _UP < work.bound[q] / tables.unit[q] * _DOWN:
        return -1
    if work.bound[p] / tables.unit[p] * _DOWN > work.above[q] / tables.unit[q] * _UP:
        return 1
    if work.rich[p] == 0 or work.rich[q] == 0 or tables.numerator[p] == 0:
        return 2
    left, right = tables.numerator[p] * work.rich[q], tables.numerator[q] * work.rich[p]
    return -1 if left < right else (1 if left > right else 0)


@njit(cache=True, error_model="numpy")
def _price(tables: Any, work: Any, p: int, start: int, ceiling: int) -> bool:
    """Bracket the price of p: `bound` and `above`, and `rich` = paying weight if nobody pays only a part, else 0.

    False if it is not certain that p can be paid at all.
    """
    s, e = tables.starts[p], tables.starts[p + 1]
    group, weight = tables.groups[s:e], tables.weights[s:e]
    worth = tables.worths[s:e]
    if work.bound[p] == tables.need[p] // tables.full_weight[p] and _all_can_pay(
        group, worth, work.low, work.bound[p] + 1
    ):
        work.above[p], work.rich[p] = work.bound[p] + 1, tables.full_weight[p]
        return True
    price, rich, parts = at_least(
        group, weight, worth, work.high, tables.need[p], start, work.bound[p], ceiling
    )
    if price < 0:
        work.state[p] = _OUT_OF_REACH
        return True
    work.bound[p] = price
    most, rich_at_most = at_most(group, weight, worth, work.low, tables.need[p], price, ceiling)
    work.above[p] = most
    work.rich[p] = rich if parts == 0 and rich == rich_at_most else 0
    return most >= 0


@njit(cache=True, error_model="numpy")
def _surely_dearer(tables: Any, work: Any, p: int, rho: float, ceiling: int) -> bool:
    """Look once whether p costs more than this rho, by what its supporters pay at that price."""
    price = max(work.bound[p], np.int64(min(float(ceiling), rho * tables.unit[p])) + 1)
    s, e = tables.starts[p], tables.starts[p + 1]
    paid, rich = _paid(tables.groups[s:e], tables.weights[s:e], tables.worths[s:e], work.high, price)
    if paid < tables.need[p]:
        if rich == 0:
            work.state[p] = _OUT_OF_REACH
            return True
        work.bound[p] = price + (tables.need[p] - paid) // rich
        if work.bound[p] > ceiling:
            work.state[p] = _OUT_OF_REACH
            return True
    return bool(work.bound[p] / tables.unit[p] * _DOWN > rho)


@njit(cache=True, error_model="numpy")
def _choose(tables: Any, work: Any, hint: int, ceiling: int) -> tuple[int, int, bool]:
    """The project to buy now, or -1; how many others cost exactly as much; and whether that is certain."""
    best, ties = -1, 0
    if hint >= 0:
        if not _price(tables, work, hint, min(ceiling, work.guess[hint]), ceiling):
            return hint, 0, False
        best = hint if work.state[hint] == _WAITING else -1
    while best < 0:
        best = _cheapest(tables, work)
        if best < 0:
            return -1, 0, True
        if not _price(tables, work, best, work.bound[best], ceiling):
            return best, 0, False
        if work.state[best] != _WAITING:
            best = -1
    start, rho = best, work.above[best] / tables.unit[best] * _UP
    state, bound, unit = work.state, work.bound, tables.unit
    for p in range(len(unit)):
        if p == start or state[p] != _WAITING or bound[p] / unit[p] * _DOWN > rho:
            continue
        if _surely_dearer(tables, work, p, rho, ceiling):
            continue
        if not _price(tables, work, p, work.bound[p], ceiling):
            return best, 0, False
        if work.state[p] != _WAITING:
            continue
        order = _compare(tables, work, p, best)
        if order == 2:
            return best, 0, False
        ties = 0 if order < 0 else (ties + 1 if order == 0 else ties)
        if order < 0 or (order == 0 and p < best):
            best, rho = p, work.above[p] / tables.unit[p] * _UP
    return best, ties, True


@njit(cache=True, error_model="numpy")
def run(tables: Any, work: Any, lowest: int, highest: int) -> tuple[int, bool, bool]:
    """Buy until nothing is affordable, for all endowments from `lowest` to `highest` (units) at once.

    Gives the number of purchases, whether a tie may matter, and whether every choice was certain. A tie cannot matter
    if all tied projects are bought one after the other, and none at a higher price: then none took another's money.
    """
    work.low[:] = lowest
    work.high[:] = highest
    work.state[:] = _WAITING
    for p in range(len(tables.need)):
        work.bound[p] = tables.need[p] // tables.full_weight[p]
        if work.bound[p] > highest:
            work.state[p] = _OUT_OF_REACH
    k, h, pending, open_tie, same = 0, 0, 0, False, -1
    while True:
        while work.hint[h] >= 0 and work.state[work.hint[h]] != _WAITING:
            h += 1
        best, ties, sure = _choose(tables, work, work.hint[h], highest)
        if not sure:
            return k, open_tie, False
        if pending > 0 and (best < 0 or ties != pending - 1 or _compare(tables, work, best, same) != 0):
            open_tie = True
        if best < 0:
            return k, open_tie, True
        pending, same = ties, best
        work.order[k], work.at_least[k], work.at_most[k] = best, work.bound[best], work.above[best]
        s, e = tables.starts[best], tables.starts[best + 1]
        pay(tables.groups[s:e], tables.worths[s:e], work.low, work.high, work.bound[best], work.above[best])
        work.state[best] = _FUNDED
        for at in range(tables.exclude_starts[best], tables.exclude_starts[best + 1]):
            if work.state[tables.excludes[at]] != _FUNDED:
                work.state[tables.excludes[at]] = _EXCLUDED
        k += 1


@njit(cache=True, error_model="numpy")
def _remember(work: Any, k: int) -> None:
    """Keep this run's purchases as the guess for the next."""
    for j in range(k):
        work.hint[j] = work.order[j]
        work.guess[work.order[j]] = work.at_most[j]
    work.hint[k:] = -1


@njit(cache=True, error_model="numpy")
def _verdict(tables: Any, work: Any, k: int, budget: int, exhaustive: bool) -> int:
    """Why the search ends with this run, or RUNNING."""
    left = budget
    for j in range(k):
        left -= tables.cost[work.order[j]]
    if left < 0:
        return OVER
    fitting = rest = 0
    for p in range(len(tables.need)):
        if work.state[p] != _FUNDED and work.state[p] != _EXCLUDED:
            fitting += tables.cost[p] <= left
            rest += 1
    if rest == 0:
        return ALL_FUNDED
    return EXHAUSTIVE if exhaustive and fitting == 0 else RUNNING


@njit(cache=True, error_model="numpy")
def search(
    tables: Any,
    work: Any,
    start: int,
    step: int,
    first: int,
    last: int,
    budget: int,
    exhaustive: bool,
    pause_at_ties: bool,
    most_runs: int,
    counts: Any,
) -> tuple[int, int, int, int]:
    """Count with start + i * step units for i = first, first + 1, ... `last`, or until something happens.

    Gives why it paused, at which i, and the number of purchases of that run (in `work.order`) and of the run before
    (in `work.kept`, if there was one since `first`; else -1). `counts` adds up runs, endowments settled by a range
    certificate.
    """
    i, kept, span, wait, since = first, -1, 1, 1, 1
    enough = counts[0] + most_runs
    while i <= last and counts[0] < enough:
        span = min(max(2, span), last - i + 1) if i > first and since >= wait else 1
        k = 0
        while True:
            low = start + i * step
            k, tied, sure = run(tables, work, low, low + (span - 1) * step + 1)
            counts[0] += 1
            if sure and not (tied and pause_at_ties and span > 1):
                break
            if span == 1:
                return LOOK, i, k, kept
            span //= 4
            if span < 2:
                span, since, wait = 1, 0, min(2 * wait, _LONGEST_WAIT)
        counts[1] += span - 1
        _remember(work, k)
        if tied and pause_at_ties:
            return LOOK, i, k, kept
        verdict = _verdict(tables, work, k, budget, exhaustive)
        if verdict != RUNNING:
            return verdict, i, k, kept
        kept = k
        for j in range(k):
            work.kept[j] = work.order[j]
        i += span
        if span > 1:
            span, wait, since = 2 * span, 1, 1
        since += 1
    return RUNNING, i, len(work.order), kept


@njit(cache=True, error_model="numpy")
def turned(groups: Any, worths: Any, starts: Any, count: int) -> Rows:
    """The lists of supporters turned round."""
    begin = np.zeros(count + 1, np.int64)
    for g in groups:
        begin[g + 1] += 1
    for g in range(count):
        begin[g + 1] += begin[g]
    fill = begin[:-1].copy()
    marks, values = np.empty(len(groups), np.int32), np.empty(len(worths), np.int64)
    for p in range(len(starts) - 1):
        for i in range(starts[p], starts[p + 1]):
            at = fill[groups[i]]
            marks[at] = p
            if len(worths):
                values[at] = worths[i]
            fill[groups[i]] += 1
    return begin, marks, values


@njit(cache=True, error_model="numpy")
def ask(
    group: Any,
    weight: Any,
    worth: Any,
    low: Any,
    high: Any,
    alive: Any,
    rows: Any,
    bought: Any,
    need: int,
    ceiling: int,
    doubtful: Any,
    poor: Any,
    everyone: Any,
) -> tuple[int, int, int]:
    """Bracket the price, and split the supporters with money: those surely emptied, surely not, and the doubtful.

    `poor[j]` and `everyone[j]` become how often the first, and all of them, paid for purchase j; the last numbers are
    their weights. Gives the lower end of the price, -1 if all money is too little; the weight times worth of those
    surely not emptied; and how many groups (places in `group`) are `doubtful`. Without a need all are just counted.
    """
    begin, marks, values = rows
    least, most = 0, ceiling
    if need > 0:
        least, _, _ = at_least(group, weight, worth, high, need, 0, 0, ceiling)
        if least < 0:
            return least, 0, 0
        most, _ = at_most(group, weight, worth, low, need, least, ceiling)
        if most < 0:
            most = ceiling
    rich, doubts = 0, 0
    poor[:] = 0
    everyone[:] = 0
    for i in range(len(group)):
        g = group[i]
        if not alive[g]:
            continue
        u = worth[i] if len(worth) else 1
        is_poor = high[g] < least * u
        if not is_poor and low[g] > most * u:
            rich += weight[i] * u
        elif not is_poor:
            doubtful[doubts] = i
            doubts += 1
        everyone[-1] += weight[i]
        poor[-1] += weight[i] if is_poor else 0
        for at in range(begin[g], begin[g + 1]):
            j = bought[marks[at]]
            if j >= 0:
                paid = weight[i] * (values[at] if len(values) else 1)
                everyone[j] += paid
                poor[j] += paid if is_poor else 0
    return least, rich, doubts


@njit(cache=True, error_model="numpy")
def take(
    group: Any,
    worth: Any,
    low: Any,
    high: Any,
    alive: Any,
    empties_below: int,
    emptied: Any,
    least: int,
    most: int,
) -> None:
    """Let supporters pay; of those emptied for sure, or by place in `emptied`, exactly nothing is left."""
    for i in range(len(group)):
        if high[group[i]] < empties_below * (worth[i] if len(worth) else 1):
            alive[group[i]] = False
    for i in emptied:
        alive[group[i]] = False
    pay(group, worth, low, high, least, most)
    for i in range(len(group)):
        if not alive[group[i]]:
            low[group[i]] = high[group[i]] = 0
