"""Files through pages: uploaded in the editor, shown where they belong, handed out as files are (A3, A5)."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from modus.core import files
from modus.core.time import today
from modus.directory import actions
from modus.directory.models import LOGO, Cluster, Person, Profile, RuleSet, Waiver
from tests.core.files.test_storing import no_room_for
from tests.factories import bucket as buckets
from tests.factories import directory as make
from tests.factories import uploads

SignIn = Callable[[Person], Client]
SMALL_MOST, PAGE_MOST = 4000, 100_000


@pytest.fixture
def profile(cluster: Cluster) -> Profile:
    return make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, slug="optics-profile")


def sent(client: Client, profile: Profile, content: bytes, **more: str) -> Any:
    """The first step of the editor as it stands, with a logo."""
    profile.refresh_from_db()
    said = {"version": str(profile.version), "name": "Optics Cluster", "country": "CZ", "stay": "1"}
    return client.post(
        reverse("profile:edit", args=[profile.pk]), {**said, **more, "logo": uploads.upload(content, "Our logo.png")}
    )


def published(profile: Profile, manager: Person, office: Person, content: bytes = b"") -> Profile:
    """A published profile with a logo."""
    RuleSet.objects.all().update(in_force_until=today() - timedelta(days=1))
    upload = files.check(uploads.upload(content or uploads.noise(), "Our logo.png"), kind=LOGO)
    saved = actions.save_profile(
        profile, values={}, visibility={}, uploads={"logo": upload}, version=profile.version, by=manager
    )
    actions.submit_profile(saved, by=manager)
    return actions.publish_profile(saved, by=office)


def address(profile: Profile, form: str = "original", copy: str = "published") -> str:
    return reverse("files:file", kwargs={"file": getattr(profile, copy)["logo"], "form": form})


@pytest.mark.row("A5")
def test_a_logo_is_uploaded_in_the_editor_and_taken_out_again(
    profile: Profile, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    assert sent(client, profile, uploads.picture()).status_code == 302
    profile.refresh_from_db()
    small = address(profile, "small", "values")
    page = client.get(reverse("profile:edit", args=[profile.pk])).content.decode()
    assert f'<img class="picture" src="{small}"' in page
    assert small in client.get(reverse("profile:detail", args=[profile.pk])).content.decode()
    assert client.get(small)["Content-Type"] == "image/webp"
    assert Client().get(small).status_code == 302, "not public yet"
    data = {"version": str(profile.version), "name": "Optics Cluster", "country": "CZ", "without_logo": "on"}
    client.post(reverse("profile:edit", args=[profile.pk]), data)
    profile.refresh_from_db()
    assert "logo" not in profile.values


def test_a_refused_logo_keeps_what_was_typed(profile: Profile, manager: Person, signed_in: SignIn) -> None:
    answer = sent(signed_in(manager), profile, uploads.SVG, city="Olomouc")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This seems to be a file of the kind SVG. Choose one of these: PNG, JPEG, WebP." in page
    assert 'value="Olomouc"' in page


@pytest.mark.row("A5")
def test_a_public_logo_stands_wherever_the_profile_does(
    profile: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    shown = published(profile, manager, office)
    small, large = address(shown, "small"), address(shown)
    actions.check_profile(shown, on=today(), by=office)
    page = Client().get("/directory/optics-profile/").content.decode()
    assert small in page
    assert f'<meta property="og:image" content="http://testserver{large}">' in page
    schema = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert schema["logo"] == f"http://testserver{large}"
    listed = Client().get("/directory/").content.decode()
    assert re.search(rf'<img class="picture" src="{small}" alt="" width="48" height="48" loading="lazy"', listed)
    assert small in signed_in(manager).get("/space/optics/").content.decode(), "above the space"
    record = Client().get("/directory/optics-profile.json").json()
    assert record["fields"]["logo"] == f"http://testserver{large}"
    table = b"".join(Client().get("/open-data/directory.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert f"http://testserver{large}" in table


def test_a_passport_shows_the_logo(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office)
    RuleSet.objects.all().update(in_force_until=None)
    result = actions.check_profile(shown, on=today(), by=office)[0]
    assert address(shown, "small") in Client().get(f"/passport/{result.token}/").content.decode()


def test_the_review_shows_the_new_logo(profile: Profile, manager: Person, office: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    sent(client, profile, uploads.picture())
    client.post(reverse("profile:submit", args=[profile.pk]))
    profile.refresh_from_db()
    page = signed_in(office).get(reverse("network:profile-review", args=["north", profile.pk])).content.decode()
    assert address(profile, "small", "values") in page


def test_the_small_copy_keeps_the_public_page_light(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office, uploads.noise((1500, 1500), "JPEG"))
    assert len(Client().get(address(shown, "small")).content) <= SMALL_MOST
    page = Client().get("/directory/optics-profile/").content.decode()
    assert address(shown) not in re.sub(r"<(meta|script).*?>.*", "", page), "the page loads the small copy alone"


def test_a_public_logo_may_be_kept_and_sets_no_cookie(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office)
    answer = Client().get(address(shown))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=600"
    assert answer["Content-Disposition"] == 'inline; filename="Our logo.png"'
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    again = Client().get(address(shown), headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    other = Client().get(address(shown), headers={"if-none-match": '"other"'})
    assert other.status_code == 200


def test_head_says_what_get_would_send_and_parts_are_not_served(
    profile: Profile, manager: Person, office: Person
) -> None:
    shown = published(profile, manager, office)
    got, asked = Client().get(address(shown)), Client().head(address(shown))
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Cache-Control"):
        assert got[name] == asked[name]
    assert asked.content == b""
    part = Client().get(address(shown), headers={"range": "bytes=0-9"})
    assert (part.status_code, part["Accept-Ranges"], len(part.content)) == (200, "none", int(got["Content-Length"]))


def test_a_withdrawn_logo_is_gone_for_everybody(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office)
    actions.withdraw_profile(shown, by=manager)
    assert Client().get(address(shown)).status_code == 302


def test_no_other_form_and_no_other_kind_is_handed_out(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office)
    client = Client()
    client.force_login(manager.user)  # type: ignore[arg-type]
    assert client.get(address(shown, "large")).status_code == 404
    files.StoredFile.objects.across("a test changes it").update(kind="unknown")
    assert client.get(address(shown)).status_code == 404


def test_bytes_that_are_lost_are_not_found(profile: Profile, manager: Person, office: Person) -> None:
    shown = published(profile, manager, office)
    file = files.file_at(shown.published["logo"])
    assert file is not None
    default_storage.delete(file.key)
    assert Client().get(address(shown)).status_code == 404


@pytest.mark.fault("F-13")
def test_a_full_disk_keeps_what_was_typed(profile: Profile, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    with no_room_for(10_000):
        answer = sent(client, profile, uploads.noise(), city="Olomouc")
    assert answer.status_code == 507
    assert "There is no room to store files." in answer.content.decode()
    assert 'value="Olomouc"' in answer.content.decode()
    profile.refresh_from_db()
    assert profile.values.get("city") != "Olomouc", "nothing was changed"
    assert sent(client, profile, uploads.noise(), city="Olomouc").status_code == 302, "it recovers by itself"


def test_a_large_document_is_taken_and_two_are_not(
    profile: Profile, office: Person, signed_in: SignIn, manager: Person
) -> None:
    profile.status = "submitted"
    profile.save()
    rule = RuleSet.objects.filter(code="eccp").get().rules.filter(is_waivable=True)[0]
    client = signed_in(office)
    page = reverse("network:waiver-create", args=["north", profile.pk])
    said = {"rule": str(rule.pk), "programme": "Programme", "valid_until": today().isoformat()}
    whole = uploads.PDF[:9] + b"%" + b"x" * 24_900_000 + b"\n" + uploads.PDF[9:]
    assert client.post(page, {**said, "evidence_file": uploads.upload(whole, "Letter.pdf")}).status_code == 302
    waiver = Waiver.objects.within(profile=profile).get()
    assert waiver.evidence_file is not None
    got = signed_in(manager).get(reverse("files:file", args=[waiver.evidence_file_id, "original"]))
    assert got["Content-Disposition"] == 'attachment; filename="Letter.pdf"'
    assert b"".join(got.streaming_content) == whole  # type: ignore[attr-defined]
    over = {**said, "evidence_file": uploads.upload(whole + b"x" * 3_000_000, "Letter.pdf")}
    assert client.post(page, over).status_code == 413
    half = client.post(page, {**said, "evidence_file": uploads.upload(whole[:-10], "Letter.pdf")})
    assert half.status_code == 422
    assert "not whole" in half.content.decode()


def test_files_in_a_bucket_go_through_the_same_door(
    profile: Profile, manager: Person, office: Person, settings: Any
) -> None:
    with buckets.running() as server:
        own = {"BACKEND": "modus.core.files.bucket.BucketStorage", "OPTIONS": server.options}
        settings.STORAGES = {**settings.STORAGES, "default": own}
        shown = published(profile, manager, office)
        answer = Client().get(address(shown))
        assert answer.content in server.objects.values()
        assert server.address not in str(answer.headers)
        assert server.address not in Client().get("/directory/optics-profile/").content.decode()
