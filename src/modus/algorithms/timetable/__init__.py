"""The meeting timetable: who meets whom, when and at which table; proved best where it can be proved, good at once.

`problem` says what is asked and what an answer is; `score` what counts; `reasons` why a request is left out; `verify`
tests any answer from these definitions alone; `answer` puts meetings at tables and makes a verified timetable.
`prove` offers `prove_least_breaks(problem, *, fairness, stop, seed) -> Timetable` for the published problem, in which
every request has to be held: PROVED with `breaks_bound`, FOUND when it was stopped, INFEASIBLE when that is proved.
"""
