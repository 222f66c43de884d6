"""What is mutated, in four groups: the code that guards people's data, chosen file by file."""

MOST_PER_FILE = 30
# Not the browser's and the servers', which run in processes of their own, where no fault is planted.
TESTS = [
    *(f"tests/{room}" for room in ("algorithms", "core", "directory")),
    *(f"tests/api/test_{name}.py" for name in ("reading", "rights")),
    *(f"tests/web/test_{name}.py" for name in ("account_links", "drafts", "files", "form_keys", "invitations", "once")),
    *(
        f"tests/web/test_{name}.py"
        for name in ("space_people", "tables", "tokens", "webhooks", "audience", "space_home")
    ),
]
TESTS_OF_LOCKS = ["tests/core", "tests/directory"]
# Beside the files below: here only the locks of rows are tried.
ROWS_ARE_LOCKED_IN = (
    "core/outbox/digests.py",
    "core/seals.py",
    "core/webhooks.py",
    "directory/actions/network.py",
    "directory/actions/organisation.py",
    "directory/actions/person.py",
    "directory/actions/profile/editing.py",
    "directory/actions/rule_set.py",
)
# Of these files only what concerns the group.
ONLY_FUNCTIONS = {
    "directory/models/membership.py": ("active_on",),
    "web/account/adapter.py": ("AccountAdapter.is_safe_url",),
}
TARGETS: dict[str, tuple[str, ...]] = {
    "rules": (
        "directory/rules/criteria.py",
        "directory/rules/rights.py",
        "directory/rules/profiles.py",
        "directory/rules/values.py",
        "directory/rules/brand.py",
        "algorithms/addresses.py",
        "algorithms/colour.py",
    ),
    "tenancy": (
        "core/scope.py",
        "core/tokens.py",
        "directory/models/membership.py",
        "directory/queries/rights.py",
        "directory/queries/files.py",
        "directory/queries/members.py",
        "directory/queries/people.py",
        "directory/queries/requests.py",
        "directory/queries/invitations.py",
        "directory/queries/webhooks.py",
        "api/audience.py",
        "web/ui/audience.py",
        "web/ui/visitor.py",
    ),
    "locks": (
        "core/idempotency.py",
        "core/tasks/queue.py",
        "core/tasks/runner.py",
        "core/outbox/putting.py",
        "core/outbox/delivering.py",
        "web/ui/once.py",
        "directory/actions/membership.py",
        "directory/actions/request.py",
        "directory/actions/profile/moderation.py",
    ),
    "escapes": (
        "core/text.py",
        "core/links.py",
        "core/outbound.py",
        "core/files/checking.py",
        "core/files/sniffing.py",
        "core/files/names.py",
        "web/ui/tables.py",
        "web/account/adapter.py",
        "api/reading.py",
    ),
}
