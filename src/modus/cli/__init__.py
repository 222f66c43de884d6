"""The door for operators and the clock: management commands, all of them, nowhere else."""
