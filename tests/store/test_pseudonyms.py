"""Pseudonyms and their key: made once, kept private, never swapped."""

import hmac
import threading

import pytest

from etm_workbench.errors import BadEnvironment
from etm_workbench.store import Store, pseudonyms


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "apart" / "pseudonym.key"


def test_pseudonym_is_the_first_half_of_a_keyed_hash():
    key = bytes(range(32))
    expected = hmac.new(key, b"ab12", "sha256").hexdigest()[:32]
    assert [expected] == pseudonyms.pseudonyms(["ab12"], key)


@pytest.mark.parametrize("written", [" AB12 ", "ab12", "ＡＢ１２"], ids=["spaces and case", "plain", "wide forms"])
def test_spellings_of_an_identifier_share_a_pseudonym(written):
    key = bytes(range(32))
    assert pseudonyms.pseudonyms(["AB12"], key) == pseudonyms.pseudonyms([written], key)


def test_key_is_made_with_the_first_file_and_private(store_url, key_file, make_file, day):
    with Store.open(store_url, key_file=key_file) as store:
        assert not key_file.exists()
        store.take_in(make_file("accounts"), received_on=day(1))
    assert (0o600, 65) == (key_file.stat().st_mode & 0o777, key_file.stat().st_size)


def test_environment_says_where_the_key_is(monkeypatch, tmp_path):
    monkeypatch.setenv("ETM_KEY_FILE", str(tmp_path / "elsewhere.key"))
    assert tmp_path / "elsewhere.key" == pseudonyms.key_path()


def test_key_lies_in_the_users_folder_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("ETM_KEY_FILE", raising=False)
    monkeypatch.setenv("ETM_HOME", str(tmp_path))
    assert tmp_path / "pseudonym.key" == pseudonyms.key_path()


def test_key_is_used_again(store_url, key_file, make_file, day):
    keys = []
    for cycle in ("2024-25", "2025-26"):
        with Store.open(store_url, key_file=key_file) as store:
            store.take_in(make_file("accounts", ["11"], cycle=cycle), received_on=day(1))
            keys += store.cadre(cycles=[cycle], audience="service").records["person_key"].tolist()
    assert keys[0] == keys[1]


def test_store_made_with_another_key_is_refused(store_url, key_file, make_file, day):
    with Store.open(store_url, key_file=key_file) as store:
        store.take_in(make_file("accounts"), received_on=day(1))
    with pytest.raises(BadEnvironment, match="another pseudonym key"):
        Store.open(store_url, key=bytes(32))


def test_store_without_its_key_can_be_read_but_takes_nothing_in(store_url, key_file, make_file, day):
    with Store.open(store_url, key_file=key_file) as store:
        store.take_in(make_file("accounts"), received_on=day(1))
    key_file.unlink()
    with Store.open(store_url, key_file=key_file) as store:
        assert 3 == len(store.cadre(cycles=["2025-26"], audience="service").records)
        with pytest.raises(BadEnvironment, match="is not there"):
            store.take_in(make_file("questionnaire"), received_on=day(1))


def test_key_that_others_can_read_is_refused(key_file):
    pseudonyms.create_key(key_file)
    key_file.chmod(0o640)
    with pytest.raises(BadEnvironment, match="chmod 600"):
        pseudonyms.read_key(key_file)


def test_file_that_holds_no_key_is_refused(key_file):
    pseudonyms.create_key(key_file)
    key_file.write_text("not a key")
    with pytest.raises(BadEnvironment, match="does not hold a pseudonym key"):
        pseudonyms.read_key(key_file)


def test_many_who_make_the_key_at_once_share_one(key_file):
    found = []
    makers = [threading.Thread(target=lambda: found.append(pseudonyms.create_key(key_file))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert (8, 1, [key_file]) == (len(found), len(set(found)), list(key_file.parent.iterdir()))


def test_fingerprint_tells_keys_apart():
    assert pseudonyms.fingerprint(bytes(32)) != pseudonyms.fingerprint(bytes(range(32)))
