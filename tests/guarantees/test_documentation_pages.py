"""What a stranger is told stays true: the same commands in both languages, links that lead somewhere, a whole map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if not path.name.endswith(".fr.md") and path.parent.name != "reference"
)
ALL = [*PAGES, *(path.with_suffix(".fr.md") for path in PAGES)]
CODE = re.compile(r"```(?:console|bash|text)\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands(page: Path) -> list[str]:
    """Each `etm` command of a page, in order: its verbs and options, without values that a language may change."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for block, short in CODE.findall(text) for line in (block or short).splitlines()]
    typed = [found[1] for line in lines if (found := re.search(r"\betm ([a-z].*)", line))]
    return [" ".join(re.findall(r"^[a-z]+(?: [a-z]+\b(?![./_]))?|--?[a-z][a-z-]*", line)) for line in typed]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_types_the_same_commands_in_both_languages(page) -> None:
    in_french = [line.replace(" --lang", "") for line in commands(page.with_suffix(".fr.md"))]
    assert [line.replace(" --lang", "") for line in commands(page)] == in_french


@pytest.mark.parametrize("page", ALL, ids=named)
def test_every_link_of_a_page_leads_to_a_file(page) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [] == [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", [page for page in ALL if page.name.endswith(".fr.md")], ids=named)
def test_french_pages_put_no_space_before_marks(page) -> None:
    text = page.read_text(encoding="utf-8")
    assert [] == [line for line in text.splitlines() if re.search(r"[ \u00a0\u202f][;?!](?=\s|$)|« | »", line)]


@pytest.mark.parametrize("page", ["README.md", "README.fr.md"])
def test_the_map_names_every_folder(page) -> None:
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    present = {name for name in folders - ignored if not name.endswith(".egg-info")}
    named_here = set(re.findall(r"^\| `(\w+)/` \|", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert present == named_here


@pytest.mark.parametrize("page", ["docs/index.md", "docs/index.fr.md"])
def test_the_contents_name_every_page(page) -> None:
    ending = ".fr.md" if page.endswith(".fr.md") else ".md"
    text = (ROOT / page).read_text(encoding="utf-8")
    pages = [p.with_suffix(ending) for p in PAGES if p.parent.name in {"tutorials", "how-to", "explanation"}]
    assert [] == [named(path) for path in pages if f"]({path.relative_to(ROOT / 'docs')})" not in text]
