"""What mails are about. Rooms declare their topics as plain data; settings name where each list stands."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from modus.core.outbox.models import Frequency

if TYPE_CHECKING:
    from modus.core.outbox.models import Mail


@dataclass(frozen=True)
class Topic:
    """What mails are about; `still_concerns` says at the moment of sending whether the recipient may still get one."""

    code: str
    label: str | Promise
    usual: Frequency = Frequency.DAILY
    can_be_stopped: bool = True
    still_concerns: "Callable[[Mail], bool] | None" = None


ACCOUNT = Topic("account", _("Signing in and your account"), Frequency.AT_ONCE, can_be_stopped=False)
DIGEST = Topic("digest", _("The daily mail"), Frequency.AT_ONCE)
TOPICS = (ACCOUNT, DIGEST)


@cache
def all_topics() -> dict[str, Topic]:
    """Every topic by its code, in the order of the settings."""
    found = [topic for name in settings.MAIL_TOPICS for topic in import_string(name)]
    return {topic.code: topic for topic in found}


def topics_to_choose() -> list[Topic]:
    """What a person decides about: all that can be stopped, the daily mail being a way and not a topic."""
    return [topic for topic in all_topics().values() if topic.can_be_stopped and topic.code != DIGEST.code]
