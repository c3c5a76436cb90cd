"""Who somebody is: the access list, and the default of one's own machine."""

import getpass

import pytest

from etm_workbench.access import require_own, whoami
from etm_workbench.errors import NotAllowed
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry

only_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize(
    "store_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@only_sqlite
def test_user_of_an_own_store_is_the_delegate_of_its_organizations(service):
    reader = whoami(service)
    assert (getpass.getuser(), ("delegate",), ("123", "126", "128"), True) == (
        reader.identity, reader.roles, reader.organizations, reader.by_default
    )  # fmt: skip


@only_postgresql
def test_nobody_is_anything_on_a_server_without_access_list(service):
    assert ((), False) == (whoami(service, "delegate@example.test").entries, whoami(service).by_default)


@only_sqlite
def test_default_ends_with_the_first_line_of_the_access_list(listed):
    assert () == whoami(listed).entries


def test_reader_has_what_the_access_list_says(listed):
    reader = whoami(listed, "both@example.test")
    assert (("executive", "manager"), ("128",)) == (reader.roles, reader.organizations)


def test_same_line_twice_is_one(listed, store):
    line = AccessEntry("delegate@example.test", "delegate", "128")
    listed.grant_access([line], by="keeper@example.test", on=listed.versions()[0].received_on)
    assert (line,) == listed.access_of("delegate@example.test")


@pytest.mark.parametrize("reader", ["delegate", "head"])
def test_own_organization_is_open_to_its_delegate_and_deputy_head(listed, reader):
    assert f"{reader}@example.test" == require_own(
        listed, reader=f"{reader}@example.test", organizations=["128"]
    ).identity  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "organizations"),
    [("delegate", ["123"]), ("head", ["123"]), ("ochro", ["128"]), ("manager", ["128"]), ("delegate", None)],
    ids=["another's delegate", "a deputy of the cluster", "OCHRO", "a manager", "delegate: the whole service"],
)
def test_own_organization_is_closed_to_others(listed, reader, organizations):
    with pytest.raises(NotAllowed, match="are not those of"):
        require_own(listed, reader=f"{reader}@example.test", organizations=organizations)


def test_role_that_the_policy_does_not_know_opens_nothing(listed):
    line = AccessEntry("coso@example.test", "coso", EVERY_ORGANIZATION)
    listed.grant_access([line], by="keeper@example.test", on=listed.versions()[0].received_on)
    with pytest.raises(NotAllowed):
        require_own(listed, reader="coso@example.test", organizations=["128"])
