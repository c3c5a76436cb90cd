"""Warm processes know nothing of executives, tables or documents: anybody could install this package alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import etm_workbench.reporting.zygote as package

ALLOWED = ("etm_workbench.errors", "etm_workbench.reporting.zygote")
MODULES = sorted(Path(package.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_it_imports_nothing_of_the_workbench_but_errors(module):
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    named = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    named += [alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names]
    assert [] == [name for name in named if name.startswith("etm_workbench") and not name.startswith(ALLOWED)]
