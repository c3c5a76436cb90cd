"""The state of a process that a notebook can change: taken before the warm-up run, put back after it.

Every child inherits what the zygote holds. The warm-up run is wanted for what it imports and compiles, not for
the options it sets, so those are put back. What cannot be put back (a patched class, say) is the reason that the
warm-up notebook must be one of ours.
"""

from __future__ import annotations

import builtins
import decimal
import gc
import locale
import logging
import os
import random
import signal
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

Restore = Callable[[], None]


def remember() -> Restore:
    """Take the present state; calling the result puts it back.

    Environment, working folder, import path, builtins, warning filters, decimal context, locale, random
    generators, streams and hooks, signal handlers, logging; and, of the libraries imported by then, numpy's
    and pandas' options, altair's renderers and themes, matplotlib's settings and open figures.
    """
    steps = [keep() for keep in (_process, _interpreter, _logging, _generators, _altair)]

    def put_back() -> None:
        for step in (*steps, _libraries_to_default):
            step()

    return put_back


def freeze() -> None:
    """Collect what is garbage and leave the rest out of every later collection.

    A collection in a child would write to every object it visits, and so copy memory that is now shared.
    """
    gc.collect()
    gc.freeze()


def _process() -> Restore:
    environment, folder, mask = dict(os.environ), os.getcwd(), os.umask(0o022)  # noqa: PTH109 - a string to go back to
    os.umask(mask)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    language = locale.setlocale(locale.LC_ALL)

    def put_back() -> None:
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        os.chdir(folder)
        os.umask(mask)
        locale.setlocale(locale.LC_ALL, language)
        for number, handler in handlers.items():
            signal.signal(number, handler)

    return put_back


def _interpreter() -> Restore:
    paths, names, filters = list(sys.path), dict(vars(builtins)), list(warnings.filters)
    streams = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr", "displayhook", "excepthook")}
    main, context = sys.modules["__main__"], decimal.getcontext().copy()

    def put_back() -> None:
        sys.path[:] = paths
        for name in set(vars(builtins)) - set(names):
            delattr(builtins, name)
        vars(builtins).update(names)
        warnings.filters[:] = filters  # type: ignore[index]
        for name, stream in streams.items():
            setattr(sys, name, stream)
        sys.modules["__main__"] = main
        decimal.setcontext(context.copy())

    return put_back


def _logging() -> Restore:
    root = logging.getLogger()
    handlers, level, disabled = list(root.handlers), root.level, root.manager.disable

    def put_back() -> None:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.disable(disabled)

    return put_back


def _generators() -> Restore:
    state = random.getstate()
    return lambda: random.setstate(state)


def _altair() -> Restore:
    """Renderer, data transformer and theme as they were; those of a fresh import when it was not imported yet."""
    before = [(registry.active, dict(registry.options)) for registry in _altair_registries()]

    def put_back() -> None:
        registries = _altair_registries()
        for registry, (name, options) in zip(registries, before or [("default", {})] * len(registries), strict=True):
            registry.enable(name or "default", **options)

    return put_back


def _altair_registries() -> list[Any]:
    altair = sys.modules.get("altair")
    return [altair.renderers, altair.data_transformers, altair.theme] if altair else []


def _libraries_to_default() -> None:
    """Libraries come back to the state of a fresh import: the warm-up may itself have imported them."""
    for name, reset in _RESETS.items():
        if module := sys.modules.get(name):
            reset(module)


def _reset_numpy(numpy: Any) -> None:
    numpy.seterr(all="warn", under="ignore")
    numpy.set_printoptions(
        edgeitems=3, infstr="inf", linewidth=75, nanstr="nan", precision=8, suppress=False, threshold=1000,
        formatter=None, sign="-", floatmode="maxprec", legacy=False,
    )  # fmt: skip


def _reset_pandas(pandas: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # resetting an option that is being retired warns
        pandas.reset_option("^(?!plotting)")  # resetting those would import matplotlib


def _reset_matplotlib(matplotlib: Any) -> None:
    sys.modules["matplotlib.pyplot"].close("all")
    matplotlib.rcdefaults()


_RESETS: dict[str, Callable[[Any], None]] = {
    "numpy": _reset_numpy,
    "pandas": _reset_pandas,
    "matplotlib": lambda module: _reset_matplotlib(module) if "matplotlib.pyplot" in sys.modules else None,
}
