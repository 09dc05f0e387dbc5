#!/usr/bin/env bash
# Makes the environment and installs the locked versions into it. Called by the Makefile: install.sh PYTHON FOLDER
set -euo pipefail
wanted=$1
venv=$2
need_gb=4

fail() { printf 'Error: %s\n' "$1" >&2; exit 1; }

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

python=
for candidate in "$wanted" python3.11 python3.12 python3.13 python3; do
    if usable "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    found=$("$wanted" --version 2>&1 || true)
    fail "Whosaid needs Python 3.11 or newer with its venv module; found: ${found:-nothing}. Install one (on Debian: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.11"
fi

free_gb=$(df -Pk . | awk 'NR==2 {print int($4 / 1048576)}')
if [ ! -d "$venv/lib" ] && [ "$free_gb" -lt "$need_gb" ]; then
    fail "The installation needs $need_gb GB of free space in $(pwd); there are $free_gb GB. Free some and run the same command again."
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
printf 'Installing the locked versions into %s (about 2.5 GB, a few minutes the first time) …\n' "$venv"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! "$venv/bin/python" -m pip install --disable-pip-version-check -r requirements.lock >"$log" 2>&1 ||
    ! "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps -e . >>"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "The installation failed; pip's last words are above. The package index has to be reachable. Run the same command again to go on."
fi
"$venv/bin/python" -m pip check >/dev/null 2>&1 || printf 'Note: pip check reports conflicts between the installed versions.\n' >&2
