# What bin/demo, bin/test and .ci/run share. Sourced from the project's folder.
# shellcheck shell=bash disable=SC2034

PYTHON=.venv/bin/python
SETUP_LOG=var/log/setup.log
PDF_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)  # WeasyPrint's
export DEBIAN_FRONTEND=noninteractive

mkdir -p var/log
: >"$SETUP_LOG"

fail() { printf '\n!!! %s\n' "$*" >&2; exit 1; }

is_root() { [[ $EUID -eq 0 ]]; }

# step TEXT COMMAND...: run the command, log what it says, print dots meanwhile
step() {
  local text=$1 start=$SECONDS
  shift
  printf '%-34s ' "$text"
  if ! "$@" 2>&1 | tee -a "$SETUP_LOG" | dots; then
    printf '\n'
    tail -n 20 "$SETUP_LOG" >&2
    fail "$text failed; all of it is in $SETUP_LOG"
  fi
  printf ' done (%d s)\n' $((SECONDS - start))
}

dots() {
  local count=0
  while read -r _; do
    (( count++ % 10 )) || printf .
  done
}

# missing PACKAGE...: print those that Debian's dpkg doesn't have installed
missing() {
  local package
  for package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

# ensure_python: one that is new enough
ensure_python() {
  command -v python3 >/dev/null || fail "Python 3.11 or newer is needed: install python3."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; python3 is $(python3 --version)."
}

# ensure_system PACKAGE...: install from Debian what is missing, or say how and stop
ensure_system() {
  local -a absent
  mapfile -t absent < <(missing "$@")
  python3 -c 'import ensurepip' 2>/dev/null || absent+=(python3-venv)
  [[ ${#absent[@]} -gt 0 ]] || return 0
  is_root || fail "The system lacks some packages. Run this, then start again:

    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${absent[*]}"
  [[ -n ${lists_are_new:-} ]] || step "apt-get update" apt-get update -q
  lists_are_new=yes
  step "apt-get install" apt-get install -q -y --no-install-recommends "${absent[@]}"
}

# ensure_venv LOCK: an environment with what LOCK lists; nothing to do if it stands
ensure_venv() {
  local lock=$1 stamp=.venv/$1.sha256 wanted
  wanted=$(sha256sum <"$lock")
  if ! $PYTHON -c 'import pip' 2>/dev/null; then
    step "Python environment" python3 -m venv --clear .venv
  fi
  [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]] || return 0
  step "Python packages" $PYTHON -m pip install --require-hashes --requirement "$lock"
  echo "$wanted" >"$stamp"
}
