"""The areas to which a token for a program can be confined."""

from django.utils.translation import gettext_lazy as _

AREAS = {
    "members": _("Members and their terms"),
    "people": _("People, positions and the team"),
    "profiles": _("Profiles and organisations"),
    "requests": _("Requests to speak for an organisation"),
    "clusters": _("Clusters: their settings, history and saved views"),
    "rules": _("Rule sets and waivers"),
}
