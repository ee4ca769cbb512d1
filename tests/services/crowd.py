"""Several workers doing the same thing at the same moment, each with a session of its own."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from wijkbudget import edge


def at_once(app: Flask, number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(i)` in so many threads that start together; the results, or the first error raised."""
    start, results, errors = threading.Barrier(number), [None] * number, list[BaseException]()

    def run(i: int) -> None:
        try:
            with app.app_context():
                start.wait()
                results[i] = work(i)
                edge.db.session.close()
        except BaseException as error:  # noqa: BLE001  (raised again by the caller)
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a worker is stuck"
    if errors:
        raise errors[0]
    return results
