"""The kinds of files that the directory keeps, with their limits."""

from django.utils.translation import gettext_lazy as _

from modus.core.files.kinds import MB, PDF, PICTURES, Kind

LOGO = Kind("logo", _("Logo"), PICTURES, 5 * MB, small_side=96, small_bytes=4000, is_shown=True)
EVIDENCE = Kind(
    "evidence", _("Evidence"), PICTURES | {PDF}, 25 * MB, most_pixels=24_000_000, longest_side=3000, is_shown=False
)
