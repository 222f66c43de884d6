"""The pages about members: list, record, edit, end, kind, many at once, and export."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.time import today
from modus.directory.models import Cluster, Membership, Organisation, Person, Taxonomy, Term
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1")]
SignIn = Callable[[Person], Client]
YESTERDAY = today() - timedelta(days=1)
PER_PAGE_QUERIES = 7


def url(name: str, cluster: Cluster, *args: object) -> str:
    return reverse(f"directory:{name}", args=[cluster.slug, *args])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def edit_answers(row: Membership, **changes: object) -> dict[str, object]:
    return {
        "country": "CZ",
        "name": row.organisation.name,
        "kind": "small",
        "membership_kind": row.kind,
        "joined_on": "2020-01-01",
        "version": row.version,
        "seen": row.organisation.state,
        **changes,
    }


def coded_lists() -> None:
    """Two lists with a few codes each."""
    for code, version, terms in (("nuts", "2024", ("CZ064", "PL213")), ("nace", "2.1", ("26.70", "72.10"))):
        taxonomy = Taxonomy.objects.create(code=code, version=version, name=code)
        Term.objects.bulk_create(Term(taxonomy=taxonomy, code=term, label=term) for term in terms)


def test_member_list_asks_a_fixed_number_of_questions(
    cluster: Cluster, manager: Person, signed_in: SignIn, django_assert_num_queries: object
) -> None:
    client = signed_in(manager)
    for count in (1, 3):
        make.MembershipFactory.create_batch(count - Membership.objects.within(cluster=cluster).count(), cluster=cluster)
        with django_assert_num_queries(PER_PAGE_QUERIES):  # type: ignore[operator]
            client.get(url("member-list", cluster))


@pytest.mark.attack("A-03")
def test_member_list_and_export_hold_only_the_cluster(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Own Works")
    make.MembershipFactory(cluster=other_cluster, organisation__name="Foreign Works")
    client = signed_in(manager)
    for page in (url("member-list", cluster), url("member-export", cluster, "csv")):
        answer = text(client.get(page, {"q": "works", "status": "all"}))
        assert "Own Works" in answer
        assert "Foreign" not in answer


def test_member_list_shows_terms_to_the_team_only(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    reader = make.member_of(cluster, name="Reader Works")
    make.MembershipFactory(cluster=cluster, organisation__name="Gone Works", left_on=YESTERDAY)
    team, member = (text(signed_in(person).get(url("member-list", cluster))) for person in (manager, reader))
    assert [word in team for word in ("Committed", "Former members", "cell-edit", "row-check")] == [True] * 4
    assert [word in member for word in ("Committed", "Former members", "cell-edit", "row-check")] == [False] * 4
    former = text(signed_in(reader).get(url("member-list", cluster), {"status": "former"}))
    assert "Gone Works" not in former


@pytest.mark.attack("A-38", "A-77")
@pytest.mark.parametrize(
    "query",
    [
        "sort=organisation__positions__person__user__password",
        "type=<script>alert(1)</script>",
        "status=%22onmouseover%3Dx",
        "cluster=textiles",
        "organisation__name__startswith=A",
        "after=not-a-key&before=%00",
        "q=%00",
    ],
)
def test_member_list_falls_back_on_what_was_not_declared(
    cluster: Cluster, manager: Person, signed_in: SignIn, query: str
) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Alpha")
    response = signed_in(manager).get(f"{url('member-list', cluster)}?{query}")
    assert response.status_code == 200
    assert "Alpha" in text(response)
    assert not [word for word in ("alert(1)", "onmouseover", "password", "startswith") if word in text(response)]


@pytest.mark.attack("A-38")
def test_names_are_shown_as_they_are_written(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    row = make.MembershipFactory(cluster=cluster, organisation__name='<img src=x onerror="alert(1)">')
    for page in (url("member-list", cluster), url("member-detail", cluster, row.pk), url("home", cluster)):
        assert "<img src=x" not in text(signed_in(manager).get(page))


@pytest.mark.attack("A-02")
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("member-detail", "get"),
        ("member-edit", "get"),
        ("member-edit", "post"),
        ("membership-end", "get"),
        ("membership-end", "post"),
        ("membership-reinstate", "post"),
        ("membership-kind", "get"),
        ("membership-kind", "post"),
    ],
)
def test_a_foreign_membership_answers_like_a_random_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn, name: str, method: str
) -> None:
    foreign, client = make.MembershipFactory(cluster=other_cluster), signed_in(manager)
    answers = [getattr(client, method)(url(name, cluster, key)) for key in (foreign.pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    foreign.refresh_from_db()
    assert (foreign.version, foreign.left_on) == (1, None)


def test_a_former_member_is_not_found_by_members(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    reader, row = make.member_of(cluster), make.MembershipFactory(cluster=cluster, left_on=YESTERDAY)
    page = url("member-detail", cluster, row.pk)
    assert [signed_in(person).get(page).status_code for person in (manager, reader)] == [200, 404]


@pytest.mark.attack("A-10")
def test_members_may_not_do_what_the_team_does(cluster: Cluster, signed_in: SignIn) -> None:
    row, client = make.MembershipFactory(cluster=cluster), signed_in(make.member_of(cluster))
    calls = [
        client.get(url("member-create", cluster)),
        client.post(url("member-create", cluster)),
        client.get(url("member-duplicates", cluster), {"name": "Alpha"}),
        client.post(url("member-bulk", cluster), {"chosen": row.pk}),
        client.get(url("member-edit", cluster, row.pk)),
        client.post(url("member-edit", cluster, row.pk)),
        client.post(url("membership-end", cluster, row.pk), {"ends_on": today()}),
        client.post(url("membership-reinstate", cluster, row.pk)),
        client.post(url("membership-kind", cluster, row.pk), {f"{row.pk.hex}-kind": "honorary"}),
    ]
    assert {call.status_code for call in calls} == {403}


@pytest.mark.attack("A-18")
def test_rights_are_gone_with_the_next_request(cluster: Cluster, signed_in: SignIn) -> None:
    person = make.member_of(cluster)
    client = signed_in(person)
    assert client.get(url("member-list", cluster)).status_code == 200
    person.positions.update(ends_on=YESTERDAY)
    pages = (url("member-list", cluster), url("member-export", cluster, "csv"), url("home", cluster))
    assert {client.get(page).status_code for page in pages} == {404}


def test_a_record_leads_to_its_neighbours_in_the_list_one_came_from(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    first, second, third = (make.MembershipFactory(cluster=cluster, organisation__name=name) for name in "ABC")
    page = text(signed_in(manager).get(url("member-detail", cluster, second.pk), {"from": "sort=-name&x=<b>"}))
    previous, following = (url("member-detail", cluster, row.pk) for row in (third, first))
    assert f'data-previous href="{previous}?from=sort=-name"' in page
    assert f'data-next href="{following}?from=sort=-name"' in page
    assert "<b>" not in page


def test_edit_saves_facts_and_terms(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    row = make.MembershipFactory(cluster=cluster)
    answers = edit_answers(row, name="Čistá", membership_kind="associate", pays_fee="on")
    response = signed_in(manager).post(url("member-edit", cluster, row.pk), answers)
    assert response.status_code == 302
    row = Membership.objects.within(pk=row.pk).get()
    assert (row.kind, row.pays_fee, row.organisation.name, row.sort_name) == ("associate", True, "Čistá", "cista")


def test_edit_saves_region_and_activities_by_their_codes(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    coded_lists()
    row, client = make.MembershipFactory(cluster=cluster, organisation__kept_by=cluster), signed_in(manager)
    answers = edit_answers(row, nuts="cz064", activities="2670, 72.10", keywords="laser", founded_year=1999)
    assert client.post(url("member-edit", cluster, row.pk), answers).status_code == 302
    organisation = Membership.objects.within(pk=row.pk).get().organisation
    assert (organisation.nuts, organisation.activities) == ("CZ064", [["2.1", "26.70"], ["2.1", "72.10"]])
    assert (organisation.keywords, organisation.founded_year) == ("laser", 1999)
    assert 'value="26.70, 72.10"' in text(client.get(url("member-edit", cluster, row.pk)))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("nuts", "CZ999", "CZ999 is not a region of NUTS 2024."),
        ("nuts", "PL213", "The region PL213 does not lie in the country that you chose."),
        ("nuts", "?", "Write a NUTS code, such as CZ064."),
        ("activities", "26.70, 99.99", "99.99 is not a code of NACE Rev. 2.1."),
        ("activities", "optics", "Write NACE codes of one to four levels, such as C, 26, 26.7 or 26.70."),
    ],
)
def test_edit_says_beside_the_field_why_a_code_is_refused(
    cluster: Cluster, manager: Person, signed_in: SignIn, field: str, value: str, words: str
) -> None:
    coded_lists()
    row = make.MembershipFactory(cluster=cluster, organisation__kept_by=cluster)
    answers = edit_answers(row, **{field: value, "city": "Elsewhere"})
    response = signed_in(manager).post(url("member-edit", cluster, row.pk), answers)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text(response)
    assert words in text(response)
    assert Membership.objects.within(pk=row.pk).get().organisation.city != "Elsewhere"


def test_edit_keeps_the_text_when_somebody_else_was_faster(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    row = make.MembershipFactory(cluster=cluster)
    answers = edit_answers(row, name="My careful text", version=0, membership_kind="honorary")
    response = signed_in(manager).post(url("member-edit", cluster, row.pk), answers)
    assert response.status_code == 422
    assert "Somebody else changed" in text(response)
    assert "My careful text" in text(response)


@pytest.mark.attack("A-06")
def test_a_speaker_edits_facts_but_neither_terms_nor_hidden_columns(cluster: Cluster, signed_in: SignIn) -> None:
    speaker = make.member_of(cluster, name="Own Works")
    row = Membership.objects.within(cluster=cluster).get()
    answers = edit_answers(row, city="Brno", membership_kind="honorary", pays_fee="on", is_invented="on", cluster="x")
    assert signed_in(speaker).post(url("member-edit", cluster, row.pk), answers).status_code == 302
    row = Membership.objects.within(pk=row.pk).get()
    assert (row.kind, row.pays_fee, row.version) == ("full", False, 1)
    assert (row.organisation.city, row.organisation.is_invented) == ("Brno", False)


def test_ending_names_what_goes_and_can_be_undone(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    make.member_of(cluster, name="Own Works")
    row, client = Membership.objects.within(cluster=cluster).get(), signed_in(manager)
    assert "The right of 1 person of Own Works" in text(client.get(url("membership-end", cluster, row.pk)))
    done = client.post(url("membership-end", cluster, row.pk), {"ends_on": str(today())}, follow=True)
    undo = url("membership-reinstate", cluster, row.pk)
    assert f'action="{undo}"' in text(done)
    row.refresh_from_db()
    assert row.left_on == today()
    client.post(undo)
    row.refresh_from_db()
    assert row.left_on is None


def test_ending_before_the_beginning_is_refused_beside_the_field(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    row = make.MembershipFactory(cluster=cluster)
    response = signed_in(manager).post(url("membership-end", cluster, row.pk), {"ends_on": "2019-12-31"})
    assert response.status_code == 422


def test_kind_is_edited_in_its_cell_with_and_without_scripts(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    row, client = make.MembershipFactory(cluster=cluster), signed_in(manager)
    page, names = (
        url("membership-kind", cluster, row.pk),
        {"kind": f"{row.pk.hex}-kind", "version": f"{row.pk.hex}-version"},
    )
    assert f'name="{names["kind"]}"' in text(client.get(page))
    plain = client.post(f"{page}?from=sort%3D-name", {names["kind"]: "associate", names["version"]: 1})
    assert plain["Location"] == f"{url('member-list', cluster)}?sort=-name"
    cell = client.post(page, {names["kind"]: "honorary", names["version"]: 2}, headers={"HX-Request": "true"})
    assert "Honorary member" in text(cell)
    assert "<html" not in text(cell)
    stale = client.post(page, {names["kind"]: "full", names["version"]: 2}, headers={"HX-Request": "true"})
    assert (stale.status_code, "Somebody else changed" in text(stale)) == (422, True)
    row.refresh_from_db()
    assert row.kind == "honorary"


def test_many_are_changed_after_a_preview_that_says_how_many_and_who(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    rows = [make.MembershipFactory(cluster=cluster, organisation__name=f"Works {number}") for number in range(3)]
    client, chosen = signed_in(manager), [row.pk for row in rows[:2]]
    preview = client.post(url("member-bulk", cluster), {"chosen": chosen})
    assert "2 members get another kind" in text(preview)
    assert ("Works 0 · Works 1" in text(preview), "Works 2" in text(preview)) == (True, False)
    assert not Membership.objects.within(cluster=cluster, kind="honorary").exists()
    client.post(url("member-bulk", cluster), {"chosen": chosen, "kind": "honorary", "count": 2})
    assert Membership.objects.within(cluster=cluster, kind="honorary").count() == 2


def test_all_that_match_are_changed_unless_the_list_changed_meanwhile(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.MembershipFactory.create_batch(3, cluster=cluster, organisation__name="Works")
    make.MembershipFactory(cluster=cluster, organisation__name="Other")
    client, page = signed_in(manager), f"{url('member-bulk', cluster)}?q=works"
    late = client.post(page, {"all": "1", "kind": "honorary", "count": 2})
    assert (late.status_code, "Now 3 members match." in text(late)) == (422, True)
    assert client.post(page, {"all": "1", "kind": "honorary", "count": 3}).status_code == 302
    assert Membership.objects.within(cluster=cluster, kind="honorary").count() == 3


@pytest.mark.attack("A-02", "A-07")
def test_many_with_a_foreign_one_among_them_are_refused_as_a_whole(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    own, foreign = make.MembershipFactory(cluster=cluster), make.MembershipFactory(cluster=other_cluster)
    client = signed_in(manager)
    answers = [
        client.post(url("member-bulk", cluster), {"chosen": [own.pk, key], "kind": "honorary", "count": 2})
        for key in (foreign.pk, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not Membership.objects.across("tests count").filter(kind="honorary").exists()


def test_export_holds_every_page_of_what_is_shown_and_no_formula(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.MembershipFactory.create_batch(60, cluster=cluster, organisation__name="Works")
    make.MembershipFactory(cluster=cluster, organisation__name="=Works()")
    make.MembershipFactory(cluster=cluster, organisation__name="Other")
    response = signed_in(manager).get(url("member-export", cluster, "csv"), {"q": "works"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 62
    assert rows[1][0] == "'=Works()"
    assert rows[0][-1] == "Contribution"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.attack("A-75")
def test_export_as_spreadsheet_holds_texts(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="=1+1")
    response = signed_in(manager).get(url("member-export", cluster, "xlsx"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet, strings = (book.read(name).decode() for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"))
    assert "=1+1" in strings
    assert "<f>" not in sheet


def test_export_of_members_holds_neither_terms_nor_former_members(cluster: Cluster, signed_in: SignIn) -> None:
    reader = make.member_of(cluster, name="Here")
    make.MembershipFactory(cluster=cluster, organisation__name="Gone", left_on=YESTERDAY)
    answer = text(signed_in(reader).get(url("member-export", cluster, "csv"), {"status": "all"}))
    assert [word in answer for word in ("Here", "Gone", "Agreement")] == [True, False, False]
    assert signed_in(reader).get(url("member-export", cluster, "pdf")).status_code == 404


def test_views_are_kept_and_removed_by_their_owner(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    client, page = signed_in(manager), reverse("directory:saved-view-create", args=[cluster.slug, "members"])
    client.post(f"{page}?status=former&evil=1", {"name": "Who left"})
    view = manager.saved_views.get()
    assert (view.query, "Who left" in text(client.get(url("member-list", cluster)))) == ("status=former", True)
    assert client.post(f"{page}?status=former", {"name": "Who left"}).status_code == 422
    delete = url("saved-view-delete", cluster, view.pk)
    assert signed_in(make.staff_of(cluster)).post(delete).status_code == 404
    assert client.post(delete).status_code == 302
    assert not manager.saved_views.exists()


def test_an_empty_list_says_the_first_step(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    assert "Add the first member" in text(signed_in(manager).get(url("member-list", cluster)))
    assert Organisation.objects.across("tests count").count() == 2
