"""The import command: a wrong file says file, row, column and reason, and changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from modus.core.journal import JournalLine
from modus.directory.models import Cluster, Membership, Network, Organisation, Person
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P5")]

HEADER = "cluster,name,registration_number,kind,country,joined_on,commitment\n"


def imported(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    output = StringIO()
    call_command("import", str(folder), stdout=output)
    return output.getvalue()


def refusal(folder: Path, **files: str) -> str:
    before = (Organisation.objects.across("test").count(), JournalLine.objects.count())
    with pytest.raises(CommandError) as refused:
        imported(folder, **files)
    assert refused.value.returncode == 2
    assert (Organisation.objects.across("test").count(), JournalLine.objects.count()) == before
    return str(refused.value)


def test_import_admits_members(tmp_path: Path, cluster: Cluster) -> None:
    told = imported(tmp_path, members=f"{HEADER}optics,Čočka s.r.o.,R-1,small,CZ,2024-05-01,fee;agreement\n")
    membership = Membership.objects.within(cluster=cluster).get()
    assert (membership.organisation.name, membership.pays_fee, membership.contributes) == ("Čočka s.r.o.", True, False)
    assert told == "members.csv: 1 memberships, 0 known before\n"


def test_import_of_the_same_file_again_changes_nothing(tmp_path: Path, cluster: Cluster) -> None:
    text = f"{HEADER}optics,Čočka s.r.o.,R-1,small,CZ,2024-05-01,fee\n"
    imported(tmp_path, members=text)
    newest = JournalLine.objects.latest("id").pk
    assert imported(tmp_path, members=text) == "members.csv: 0 memberships, 1 known before\n"
    assert [line.event for line in JournalLine.objects.filter(pk__gt=newest)] == ["directory.files.imported"]


@pytest.mark.row("B1")
def test_import_makes_one_organisation_of_two_memberships(
    tmp_path: Path, cluster: Cluster, other_cluster: Cluster
) -> None:
    rows = "optics,Čočka s.r.o.,R-1,small,CZ,2024-05-01,fee\ntextiles,Čočka s.r.o.,R-1,small,CZ,2024-06-01,fee\n"
    imported(tmp_path, members=HEADER + rows)
    assert Organisation.objects.within(registration_number="R-1").count() == 1
    assert Membership.objects.within(organisation__registration_number="R-1").count() == 2


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ("optics,,R-1,small,CZ,2024-05-01,fee", "row 3, column name", "This cell is empty and must not be."),
        ("optics,A,R-1,tiny,CZ,2024-05-01,fee", "row 3, column kind", "“tiny” is unknown."),
        ("optics,A,R-1,small,CZ,1.5.2024,fee", "row 3, column joined_on", "“1.5.2024” is not a day"),
        ("optics,A,R-1,small,CZ,2024-05-01,money", "row 3, column commitment", "“money” is unknown."),
        ("nowhere,A,R-1,small,CZ,2024-05-01,fee", "row 3, column cluster", "“nowhere” is unknown."),
        ("optics,A,R-1,small,ZZ,2024-05-01,fee", "row 3, column country", "“ZZ” is not a country"),
        (f"optics,{'A' * 201},R-1,small,CZ,2024-05-01,fee", "row 3, column name", "There are 201 characters;"),
        ("optics,A,R-1,small,CZ", "row 3", "There are 5 cells, and the header has 7."),
    ],
)
def test_import_names_row_column_and_reason(
    tmp_path: Path, cluster: Cluster, row: str, place: str, reason: str
) -> None:
    good = "optics,Good s.r.o.,R-0,small,CZ,2024-05-01,fee\n"
    told = refusal(tmp_path, members=f"{HEADER}{good}{row}\n")
    assert told.startswith(f"members.csv, {place}: {reason}")
    assert told.endswith("Nothing was changed.")


def test_import_names_every_fault_at_once(tmp_path: Path, cluster: Cluster) -> None:
    told = refusal(tmp_path, members=f"{HEADER}optics,,R-1,tiny,CZ,2024-05-01,fee\noptics,A,R-2,small,CZ,soon,fee\n")
    assert sorted(line.split(":")[0] for line in told.splitlines()[:-1]) == [
        "members.csv, row 2, column kind",
        "members.csv, row 2, column name",
        "members.csv, row 3, column joined_on",
    ]


def test_import_refuses_a_file_in_another_encoding(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "members.csv").write_bytes((HEADER + "optics,Čočka,R-1,small,CZ,2024-05-01,fee\n").encode("cp1250"))
    with pytest.raises(CommandError, match=r"members\.csv, row 2: This is not UTF-8"):
        call_command("import", str(tmp_path), stdout=StringIO())


def test_import_refuses_an_unknown_column(tmp_path: Path, cluster: Cluster) -> None:
    told = refusal(tmp_path, members="cluster,name,kind,country,joined_on,shoe_size\n")
    assert told.startswith("members.csv, row 1, column shoe_size: This column is unknown.")


def test_import_refuses_an_unknown_kind_of_file(tmp_path: Path) -> None:
    assert refusal(tmp_path, horses="a\n1\n").startswith("horses.csv, row 1: The name says no kind;")


def test_import_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no such file or folder"):
        call_command("import", str(tmp_path / "none.csv"))


def test_import_reads_semicolons_and_a_byte_order_mark(tmp_path: Path, cluster: Cluster) -> None:
    text = "\ufeffcluster;name;kind;country;joined_on\noptics;Čočka;small;CZ;2024-05-01\n"
    assert imported(tmp_path, members=text) == "members.csv: 1 memberships, 0 known before\n"


def test_a_dry_run_changes_nothing(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "members.csv").write_text(f"{HEADER}optics,Čočka,R-1,small,CZ,2024-05-01,fee\n")
    output = StringIO()
    call_command("import", str(tmp_path), "--dry-run", stdout=output)
    assert "nothing was changed" in output.getvalue()
    assert not Membership.objects.within(cluster=cluster).exists()


def test_import_gives_people_positions_and_accounts(tmp_path: Path, cluster: Cluster) -> None:
    make.MembershipFactory(cluster=cluster, organisation__registration_number="R-1")
    header = "email,given_name,family_name,organisation,role,starts_on,sign_in\n"
    eva_row = "eva@lens.example,Eva,Nová,R-1,representative,2024-01-01,yes\n"
    jan_row = "jan@optics.example,Jan,Malý,optics,manager,2024-01-01,no\n"
    imported(tmp_path, people=header + eva_row + jan_row)
    eva, jan = Person.objects.within(email__in=["eva@lens.example", "jan@optics.example"]).order_by("email")
    assert (eva.user is not None, jan.user is None) == (True, True)
    assert [position.role for position in (*eva.positions.all(), *jan.positions.all())] == ["representative", "manager"]


def test_import_names_the_row_of_a_position_that_does_not_fit(tmp_path: Path, cluster: Cluster) -> None:
    make.MembershipFactory(cluster=cluster, organisation__registration_number="R-1")
    header = "email,given_name,family_name,organisation,role,starts_on\n"
    told = refusal(tmp_path, people=f"{header}eva@lens.example,Eva,Nová,R-1,manager,2024-01-01\n")
    assert told.startswith("people.csv, row 2, column role: Only a cluster organisation has managers and staff.")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("slug", "Not A Slug", "is not a short name"),
        ("time_zone", "Mars/Base", "is not a time zone"),
        ("country", "Czechia", "is not a country"),
        ("founded", "99999", "is not a year"),
        ("website", "javascript:alert(1)", "is not an address"),
        ("nuts", "CZ0641", "There are 6 characters; 5 is the most."),
    ],
)
def test_import_refuses_a_cluster_with_a_wrong_value(
    tmp_path: Path, network: Network, column: str, value: str, reason: str
) -> None:
    row = {"network": network.slug, "slug": "new", "name": "New", "country": "CZ", column: value}
    told = refusal(tmp_path, clusters=f"{','.join(row)}\n{','.join(row.values())}\n")
    assert told.startswith(f"clusters.csv, row 2, column {column}:")
    assert reason in told


def test_import_refuses_a_network_with_a_wrong_country(tmp_path: Path) -> None:
    told = refusal(tmp_path, networks="slug,name,operator,operator_country\nnew,New,Office,Belgium\n")
    assert told.startswith("networks.csv, row 2, column operator_country: “Belgium” is not a country")


def test_import_refuses_a_mail_address_that_is_none(tmp_path: Path, cluster: Cluster) -> None:
    header = "email,given_name,family_name,organisation,role,starts_on,sign_in\n"
    told = refusal(tmp_path, people=f"{header}not-an-address,Jan,Malý,optics,manager,2024-01-01,yes\n")
    assert "people.csv, row 2, column email: “not-an-address” is not a mail address." in told


def test_import_of_a_member_without_a_number_twice_makes_one(tmp_path: Path, cluster: Cluster) -> None:
    text = "cluster,name,kind,country,joined_on\noptics,Čočka,small,CZ,2024-05-01\n"
    imported(tmp_path, members=text)
    assert imported(tmp_path, members=text) == "members.csv: 0 memberships, 1 known before\n"
    assert Membership.objects.within(cluster=cluster).count() == 1
