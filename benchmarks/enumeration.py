"""Whether the time of an answer tells who has an account: 200 samples each of signing in and of asking for a mail.

Compared: the medians for addresses with and without an account, which may differ by 5 ms; and how often a random split
of all samples differs as much (a permutation test), which has to be more than one time in a hundred.
Run: python -m benchmarks.enumeration
"""

import logging
import os
import random
import statistics
import tempfile
import time

SAMPLES = 200
SPLITS = 2000
MOST_MS = 5.0
LEAST_SHARE = 0.01


def main() -> None:
    os.environ.setdefault("MODUS_DATA_FOLDER", tempfile.mkdtemp(prefix="modus-enumeration-"))
    logging.disable(logging.CRITICAL)
    os.environ["DJANGO_SETTINGS_MODULE"] = "modus.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from modus.core.users import open_account

    random.seed(1)
    for n in range(SAMPLES):
        open_account(f"known{n}@people.example", None)
    one = open_account("known@people.example", "a long enough phrase")
    verdicts = [
        measured(
            "sign in", "/account/sign-in/", lambda n: {"login": one.email, "password": f"false {n}"}, unknown_login
        ),
        *(measured(path, path, known, unknown) for path in ASKED),
    ]
    raise SystemExit(0 if all(verdicts) else 1)


ASKED = ("/account/sign-in/link/", "/account/password/reset/", "/account/sign-up/")


def known(n: int) -> dict[str, str]:
    return {"email": f"known{n}@people.example"}


def unknown(n: int) -> dict[str, str]:
    return {"email": f"other{n}@people.example"}


def unknown_login(n: int) -> dict[str, str]:
    return {"login": f"other{n}@people.example", "password": f"false {n}"}


def measured(name: str, path: str, one: object, other: object) -> bool:
    """Take the samples in turn and print what came out."""
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(SAMPLES):
        for kind, said in enumerate((one, other)):
            times[kind].append(taken(path, said(n)))  # type: ignore[operator]
    gap = statistics.median(times[0]) - statistics.median(times[1])
    share = share_of_splits(times, abs(gap))
    is_met = abs(gap) <= MOST_MS and share > LEAST_SHARE
    print(
        f"{name:28} medians {statistics.median(times[0]):7.2f} and {statistics.median(times[1]):7.2f} ms, "
        f"difference {gap:+.2f} ms, p {share:.3f}: {'met' if is_met else 'MISSED'}"
    )
    return is_met


def taken(path: str, data: dict[str, str]) -> float:
    """How many milliseconds of work one answer takes, with no try counted before; a busy machine does not blur it."""
    from django.test import Client

    from modus.core.limits import Counter

    Counter.objects.all().delete()
    client = Client(headers={"host": "localhost"})
    start = time.thread_time()
    client.post(path, data)
    return (time.thread_time() - start) * 1000


def share_of_splits(times: tuple[list[float], list[float]], gap: float) -> float:
    """How often a random split of all samples into two halves differs by as much."""
    every = [*times[0], *times[1]]
    wider = 0
    for _ in range(SPLITS):
        random.shuffle(every)
        wider += abs(statistics.median(every[:SAMPLES]) - statistics.median(every[SAMPLES:])) >= gap
    return wider / SPLITS


if __name__ == "__main__":
    main()
