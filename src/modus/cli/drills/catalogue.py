"""Which drills there are. Each module has `HELP`, `add_arguments`, `place` (its surroundings) and `run`."""

from types import ModuleType

from modus.cli.drills import api, database, mail, tasks, web

DRILLS: dict[str, ModuleType] = {"tasks": tasks, "web": web, "mail": mail, "database": database, "api": api}
