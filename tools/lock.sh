#!/bin/sh
# Pins every package, with hashes, for all supported Pythons and systems: requirements/run.txt and requirements/dev.txt.
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
        --extra console --group build --output-file "requirements/$output" "$@" pyproject.toml
}

lock run.txt "$@"
lock dev.txt "$@" --group dev --group bench --constraints requirements/run.txt

# dev.txt holds what run.txt does not have, and refers to it for the rest: nothing is pinned twice.
python3 - <<'END'
import pathlib, re

run, dev = (pathlib.Path("requirements", name) for name in ("run.txt", "dev.txt"))
pins = lambda file: re.findall(r"^\S.*?(?=^\S|\Z)", file.read_text(), flags=re.DOTALL | re.MULTILINE)
known = set(pins(run))
dev.write_text("-r run.txt\n" + "".join(pin for pin in pins(dev) if pin not in known))
END

if grep -nE '://|^ *(--(index|extra|find)|-[if] )|@ ' requirements/*.txt; then
    echo 'easel: an address got into the pinned requirements, see above.' >&2
    exit 1
fi
