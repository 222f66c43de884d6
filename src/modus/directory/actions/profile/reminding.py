"""The clock reminds those who speak for an organisation to confirm its profile."""

from datetime import date

from modus.core import journal, outbox
from modus.core.errors import NotAllowed
from modus.core.journal import action
from modus.directory import notifications
from modus.directory.models import Person, Profile
from modus.directory.queries import recipients


def remind_of_profiles(*, on: date, by: Person) -> list[Profile]:
    """Remind of every profile that nobody confirmed for a year, once, and once more when it is left out of the list."""
    known = {key.rpartition(":")[0] for key in outbox.keys_beginning_with("confirm:")}
    waiting = [p for p in recipients.profiles_to_confirm(on=on) if recipients.reminder_key(p, on=on) not in known]
    due = [profile for profile in waiting if recipients.spokespeople_of(profile.organisation, on=on)]
    return [remind_of_profile(profile, on=on, by=by) for profile in due]


@action
def remind_of_profile(profile: Profile, *, on: date, by: Person) -> Profile:
    """Put a reminder to everybody who speaks for the organisation.

    Raises: NotAllowed for everybody but the clock.
    """
    if not by.is_clock:
        raise NotAllowed
    told = notifications.tell_profile_unconfirmed(profile, on=on, by=by)
    journal.record(
        "directory.profile.reminded", profile, by=by, scope=profile.network, changes={"people": [None, len(told)]}
    )
    return profile
