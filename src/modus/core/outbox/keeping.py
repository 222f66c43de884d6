"""How long mails are kept."""

from datetime import datetime, timedelta

from modus.core.outbox.models import Mail
from modus.core.time import now

KEPT_FOR = timedelta(days=400)


def forget_old(at: datetime | None = None) -> int:
    """Remove mails that came to their end more than 400 days ago; how many."""
    rows = Mail.objects.across("old mails of everybody are forgotten")
    gone, _by_table = rows.filter(settled_at__lt=(at or now()) - KEPT_FOR).delete()
    return gone
