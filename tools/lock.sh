#!/bin/sh
# Pins every package, with hashes, for all supported Pythons and systems: in requirements/, base.txt for the console,
# run.txt with the chat platforms too, dev.txt with the tools to develop.
#
#   tools/lock.sh [--upgrade]
#
# Takes what is on the default index, whatever this machine is configured to use, and writes no address into the files.
set -eu
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null 2>&1; then
    echo 'easel: make lock needs uv on PATH (pip install uv); nothing else here does.' >&2
    exit 1
fi

unset UV_INDEX UV_DEFAULT_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_CONSTRAINT UV_OVERRIDE UV_EXCLUDE_NEWER
lock() {
    output=$1
    shift
    uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --overrides requirements/overrides.txt --extra console --group build --output-file "requirements/$output" "$@" pyproject.toml
}

lock base.txt "$@"
lock run.txt "$@" --extra discord --extra telegram --constraints requirements/base.txt
lock dev.txt "$@" --extra discord --extra telegram --group dev --group bench --constraints requirements/run.txt

# Each file holds what the one before it does not have, and refers to it for the rest: nothing is pinned twice.
python3 - <<'END'
import pathlib, re

known = set()
before = None
for file in (pathlib.Path("requirements", name) for name in ("base.txt", "run.txt", "dev.txt")):
    pins = re.findall(r"^\S.*?(?=^\S|\Z)", file.read_text(), flags=re.DOTALL | re.MULTILINE)
    refers = f"-r {before}\n" if before else ""
    file.write_text(refers + "".join(pin for pin in pins if pin not in known))
    known |= set(pins)
    before = file.name
END

if grep -nE '://|^ *(--(index|extra|find)|-[if] )|@ ' requirements/base.txt requirements/run.txt requirements/dev.txt; then
    echo 'easel: an address got into the pinned requirements, see above.' >&2
    exit 1
fi
