"""Compiled versions of the heaviest loops; each does what its pure counterpart does, and proves it or says it cannot.

They need numba (`pip install wijkbudget[fast]`). Without it, or for a small election, the pure path counts.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from wijkbudget.tally.errors import EngineMissing

if TYPE_CHECKING:
    from wijkbudget.tally.terms import Engine


_ONCE_LOADED = 50
"""How many times less work makes it worth it when numba is loaded already: loading takes over two seconds."""


def wanted(engine: Engine, work: int, worth_it: int) -> bool:
    """Whether to use the compiled version: `work` is compared with what makes loading it worth the time.

    Raises `EngineMissing` if the caller insists and numba is not installed.

    >>> wanted("exact", 10**9, worth_it=1)
    False
    """
    if engine == "exact":
        return False
    loaded = sys.modules.get("numba") is not None
    if engine == "auto" and work < (worth_it // _ONCE_LOADED if loaded else worth_it):
        return False
    if not loaded and not _loads():
        if engine == "fast":
            raise EngineMissing("numba is not installed, or does not work; it comes with wijkbudget[fast]")
        return False
    return True


def _loads() -> bool:
    """Whether numba can be imported; one that is there but does not fit this machine counts as missing."""
    try:
        import_module("numba")
    except ImportError:
        return False
    return True
