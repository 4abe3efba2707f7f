#!/bin/sh
# Prints a Python that can make our virtual environment, or says what is missing and how to mend it.
# PYTHON=/path/to/python3 chooses one.
set -eu

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

command -v git >/dev/null || fail "git is missing: sudo apt-get install git"

found=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null || continue
    found=$candidate
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
    "$candidate" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$candidate cannot make virtual environments: sudo apt-get install python3-venv"
    command -v "$candidate"
    exit 0
done

[ -n "$found" ] || fail "python3 is missing: sudo apt-get install python3 python3-venv"
fail "$found is $("$found" -V 2>&1), 3.11 or newer is needed: install a newer one and run make PYTHON=python3.12"
