"""All tables of the meeting timetable: `python -m benchmarks.timetable [FOLDER of the published instances]`."""

import sys

from benchmarks.timetable import choose, published

if __name__ == "__main__":
    choose.main([])
    if len(sys.argv) > 1:
        sys.exit(published.main(sys.argv[1:]))
    print("The published instances are not part of modus: give their folder to measure them too.")
