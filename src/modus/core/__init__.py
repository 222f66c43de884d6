"""The ground: users, journal, errors, time and scope. Nothing about clusters."""
