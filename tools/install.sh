#!/bin/sh
# Makes .venv and installs Easel into it: the work behind the stamps in the Makefile.
#
#   tools/install.sh run|dev [PYTHON]   install what is needed to run, or to run and to develop
#   tools/install.sh same PYTHON        say "yes" when .venv was made with such a Python
#
# Says one line, and shows what the installer said only when it failed. Uses uv when it is on PATH.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
unfinished=$venv/unfinished
wanted=${2:-}
python=

new_enough='import sys; raise SystemExit(sys.version_info < (3, 11))'
# The Python itself, where the one on PATH is that of a virtual environment (perhaps of the very one to be replaced).
itself='import sys; print(getattr(sys, "_base_executable", None) or sys.executable)'
identity='import sys; print(sys.version_info[:2], sys.implementation.name)'
at_home='import os, sysconfig; raise SystemExit(not os.path.isdir(sysconfig.get_path("purelib")))'

say() { printf '%s\n' "$*" >&2; }
fail() { say "easel: $*"; exit 1; }
runs() { "$@" </dev/null >/dev/null 2>&1; }
have_uv() { runs uv --version; }

# Sets $python. A name on PATH is not yet a Python (a version manager's shim may refuse to start), so each is tried.
find_python() {
    candidates='python3 python3.14 python3.13 python3.12 python3.11 python'
    if [ -n "$wanted" ]; then
        runs "$wanted" -c pass || fail "PYTHON=$wanted does not start."
        runs "$wanted" -c "$new_enough" || fail "PYTHON=$wanted is older than Python 3.11, which Easel needs."
        candidates=
        if have_uv || runs "$wanted" -c 'import ensurepip, venv'; then python=$("$wanted" -c "$itself"); return; fi
        bare=$wanted
    else
        bare=
    fi
    for candidate in $candidates; do
        runs "$candidate" -c "$new_enough" || continue
        # Debian leaves ensurepip out of Python unless python3-venv is installed. uv does without.
        if have_uv || runs "$candidate" -c 'import ensurepip, venv'; then python=$("$candidate" -c "$itself"); return; fi
        bare=${bare:-$candidate}
    done
    [ -n "$bare" ] || fail 'found no Python 3.11 or later; install one, or name yours: make PYTHON=/path/to/python ...'
    version=$("$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fail "$bare cannot make a virtual environment; install what it lacks (Debian, Ubuntu: apt-get install python$version-venv)."
}

same() { [ "$("$venv/bin/python" -c "$identity" 2>&1)" = "$("$wanted" -c "$identity" 2>&1 </dev/null)" ]; }

# Whether .venv is there, whole, and of a Python that will do. After an upgrade of the system its Python may be another
# version than the one that its packages were installed for: then it looks for them where there is nothing.
usable() {
    [ ! -e "$unfinished" ] || return 1
    runs "$venv/bin/python" -c "$new_enough" || return 1
    runs "$venv/bin/python" -c "$at_home" || return 1
    have_uv || runs "$venv/bin/python" -m pip --version || return 1
    [ -z "$wanted" ] || same
}

make_venv() {
    rm -rf "$venv" && mkdir "$venv" && : >"$unfinished" || return 1
    if have_uv; then
        uv venv --no-project --allow-existing --python "$python" "$venv"
    else
        "$python" -m venv "$venv"
    fi
}

install_packages() {
    : >"$unfinished" || return 1
    set -- --require-hashes --no-deps -r "requirements/$1.txt" # the file names every package itself
    if have_uv; then
        uv pip install --python "$venv/bin/python" "$@" &&
            uv pip install --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
    else
        "$venv/bin/python" -m pip install --disable-pip-version-check "$@" &&
            "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
    fi
}

# Does a step without a word, or shows all that it said. Its input is closed: what is piped in is meant for Easel.
quietly() {
    "$@" </dev/null >"$said" 2>&1 && return
    cat "$said" >&2
    fail 'the installation failed, for the reason above. The same command tries again.'
}

case ${1:-} in
run) what="Easel's packages" ;;
dev) what="Easel's packages and the tools to develop it" ;;
same) if same; then echo yes; fi; exit ;;
*) fail 'usage: tools/install.sh run|dev [PYTHON] | same PYTHON' ;;
esac

# Where the system has flock, two at once wait for each other, and the second finds the work done. What an installer
# inherits keeps the lock as long as it lives, so one that outlived its make is waited for too.
stamp=$venv/$1.stamp
if runs flock --version; then
    exec 9>"$venv.lock"
    flock -n 9 || { say 'Waiting for another installation to end …'; flock 9; }
fi
if usable && [ -e "$stamp" ] && [ -z "$(find requirements pyproject.toml tools/install.sh -newer "$stamp")" ]; then
    touch "$stamp"
    exit
fi

said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

why=once
if ! usable; then
    find_python
elif [ -e "$stamp" ]; then
    why='they have changed'
fi
say "Installing $what ($why) …"
[ -z "$python" ] || quietly make_venv
quietly install_packages "$1"
rm -f "$unfinished"
# Who can develop can also run.
[ "$1" = run ] || touch "$venv/run.stamp"
touch "$stamp"
