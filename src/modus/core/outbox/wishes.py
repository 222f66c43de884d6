"""What a person wants to be told, how often and in which language; and the address by which she ends it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from modus.core.outbox.models import Frequency, Mail, MailHabit, MailWish, ends_of
from modus.core.outbox.topics import DIGEST, Topic, all_topics, topics_to_choose
from modus.core.users import User

SALT = "modus.outbox.stop"


@dataclass(frozen=True)
class Ending:
    """Whose mails on which topic a signed address ends."""

    topic: Topic
    user: User | None
    address: str


def frequency_of(topic: Topic, *, user: User | None, address: str) -> Frequency:
    """How often somebody hears of a topic: as she chose, else as is usual."""
    if not topic.can_be_stopped:
        return topic.usual
    rows = MailWish.objects.within(topic=topic.code)
    own = rows.filter(user=user).first() if user else None
    found = own or rows.filter(user=None, address=address.lower()).first()
    return Frequency(found.frequency) if found else topic.usual


def frequencies_of(user: User) -> dict[str, Frequency]:
    """What a person chose or is usual, for every topic that she decides about; one query."""
    chosen = dict(MailWish.objects.within(user=user).values_list("topic", "frequency"))
    return {topic.code: Frequency(chosen.get(topic.code, topic.usual)) for topic in topics_to_choose()}


def habit_of(user: User) -> MailHabit:
    """The hour and the language of a person's mails; the usual ones when she never chose."""
    return MailHabit.objects.within(user=user).first() or MailHabit(user=user)


def language_of(user: User | None) -> str:
    """The language in which a mail is written."""
    language = habit_of(user).language if user else settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def choose(user: User, *, frequencies: dict[str, str], hour: int, language: str = "") -> MailHabit:
    """Keep how often a person wants to hear of each topic, and when her daily mail comes."""
    for code, frequency in frequencies.items():
        if all_topics()[code].can_be_stopped:
            MailWish.objects.within(user=user).update_or_create(
                user=user, topic=code, defaults={"frequency": Frequency(frequency)}
            )
    defaults = {"hour": hour, **({"language": language} if language else {})}
    habit, _made = MailHabit.objects.within(user=user).update_or_create(user=user, defaults=defaults)
    return habit


def stop(ending: Ending) -> list[MailWish]:
    """End the mails on a topic for somebody; ending the daily mail ends every topic that is gathered there."""
    return [_set(ending, code, Frequency.NEVER) for code in _codes(ending)]


def resume(ending: Ending) -> list[MailWish]:
    """Take back what `stop` did: the topic comes as is usual."""
    codes = [t.code for t in topics_to_choose()] if ending.topic.code == DIGEST.code else [ending.topic.code]
    return [_set(ending, code, all_topics()[code].usual) for code in codes]


def stop_path(mail: Mail) -> str:
    """The signed path that ends mails on this topic for this recipient, and nothing else."""
    who: dict[str, Any] = {"u": mail.user_id.hex} if mail.user_id else {"a": mail.to_address}
    return reverse(settings.MAIL_STOP_VIEW, kwargs={"signed": signing.dumps({"t": mail.topic, **who}, salt=SALT)})


def ending_of(signed: str) -> Ending | None:
    """What a signed address ends; nothing when it was not signed here or its owner is gone."""
    try:
        said = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    topic = all_topics().get(said["t"])
    user = User.objects.filter(pk=said["u"]).first() if "u" in said else None
    if topic is None or not topic.can_be_stopped or ("u" in said and user is None):
        return None
    return Ending(topic, user, user.email if user else said["a"])


def _codes(ending: Ending) -> list[str]:
    if ending.topic.code != DIGEST.code:
        return [ending.topic.code]
    return [
        topic.code
        for topic in topics_to_choose()
        if frequency_of(topic, user=ending.user, address=ending.address) == Frequency.DAILY
    ]


def _set(ending: Ending, code: str, frequency: Frequency) -> MailWish:
    who = ends_of(ending.user, ending.address)
    wish, _made = MailWish.objects.within(**who).update_or_create(topic=code, **who, defaults={"frequency": frequency})
    return wish
