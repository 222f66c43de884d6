"""The pictures of a profile: stored with its working copy, and gone when neither copy shows them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files import Checked, Upload
from modus.directory.models import Person, Profile, profile_type
from modus.directory.models.file_kinds import LOGO
from modus.directory.models.profile_types import PICTURE

Uploads = Mapping[str, Upload | Checked | None]


def store_pictures(profile: Profile, uploads: Uploads, *, by: Person) -> None:
    """Lay uploaded pictures into the working copy; nothing in the place of an upload takes the picture out.

    Raises: RuleBroken naming the field.
    """
    kind = profile_type(profile.type)
    values = dict(profile.values)
    for name, upload in uploads.items():
        field = kind.field(name)
        if field is None or field.kind != PICTURE:
            raise RuleBroken(_("There is no such field."), field=name)
        values.pop(name, None)
        if upload is not None:
            scope = profile.network_id
            stored = files.store(upload, kind=LOGO, by=by, scope_id=scope, subject_id=profile.pk, field=name)
            values[name] = str(stored.pk)
    profile.values = values


def release_pictures(profile: Profile) -> None:
    """Remove the pictures that stand in neither copy; their bytes go once this is committed."""
    names = [field.name for field in profile_type(profile.type).fields if field.kind == PICTURE]
    shown = {copy[name] for copy in (profile.values, profile.published) for name in names if copy.get(name)}
    files.remove(files.files_of_subject(profile.pk, kind=LOGO).exclude(pk__in=shown))
