"""The inner process of a drill: the settings that it reads lead to a folder and a database made for it alone."""

import json
import sys

import django


def main() -> int:
    """Run the drill that is named first with the choices that come second, as JSON; 1 when a promise was broken."""
    name, choices = sys.argv[1:]
    django.setup()
    from modus.cli.drills.catalogue import DRILLS
    from modus.cli.drills.processes import end_gently

    end_gently()

    return 0 if DRILLS[name].run(json.loads(choices)) else 1


if __name__ == "__main__":
    sys.exit(main())
