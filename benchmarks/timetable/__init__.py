"""What the meeting timetable promises, measured: one file per promise, `python -m benchmarks.timetable` for all."""
