"""Starts the real child with the stand-in library: ``python -m tests.fakes.cyllama [--new] [--missing]``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--new", action="store_true", help="be version 0.7.0, which can stop a job")
    parser.add_argument("--missing", action="store_true", help="have no such package")
    parser.add_argument("--broken", action="store_true", help="die at import, as on a CPU that is too old")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent / "site"))
    if options.missing:
        sys.modules["cyllama"] = None  # type: ignore[assignment]
    else:
        library: Any = importlib.import_module("cyllama.sd")
        if options.new:
            library.SDContext, library.SDContextParams = library.StoppableContext, library.NewParams
        if options.broken:
            sys.exit("Illegal instruction")
    from adapters.engines.local.child.service import main as serve

    serve()


if __name__ == "__main__":
    main()
