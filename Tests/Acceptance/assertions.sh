# shellcheck shell=bash disable=SC2154 # the runner sets repository
#
# What every acceptance test may call. Read before each test file; `repository` is the checkout's folder.

# fail SENTENCE: ends the test.
fail() {
  echo "$*" >&2
  exit 1
}

# skip WHY: leaves the test out.
skip() {
  echo "$*"
  exit 77
}

# expect_equal WHAT ACTUAL EXPECTED
expect_equal() { [[ $2 == "$3" ]] || fail "$1 is \"$2\", expected \"$3\""; }

# expect_different WHAT ONE OTHER
expect_different() { [[ $2 != "$3" ]] || fail "$1 is \"$2\" both times"; }

# expect_contains WHAT TEXT PART
expect_contains() { [[ $2 == *"$3"* ]] || fail "$1 does not contain \"$3\": $2"; }

# expect_empty WHAT TEXT
expect_empty() { [[ -z $2 ]] || fail "$1 should be empty: $2"; }

# expect_exit STATUS COMMAND…: runs it; what it printed is in $output and $errors afterwards.
expect_exit() {
  local wanted=$1 status=0 folder
  shift
  folder=$(mktemp -d)
  "$@" >"$folder/out" 2>"$folder/err" || status=$?
  output=$(cat "$folder/out")
  errors=$(cat "$folder/err")
  rm -r "$folder"
  [[ $status == "$wanted" ]] || fail "\"$*\" exits with $status, expected $wanted; it said: $output $errors"
}

# eventually SECONDS COMMAND…: waits until the command succeeds; fails when the time is over.
eventually() {
  local deadline=$((SECONDS + $1)) seconds=$1
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "not true after $seconds s: $*"
    sleep 0.2
  done
}

# never SECONDS COMMAND…: fails if the command succeeds once within that time.
never() {
  local deadline=$((SECONDS + $1)) seconds=$1
  shift
  while ((SECONDS < deadline)); do
    ! "$@" >/dev/null 2>&1 || fail "true within $seconds s: $*"
    sleep 0.2
  done
}

# identity_of PID: a process's id and start time, which no other process ever shares.
identity_of() { echo "$1 $(sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"; }

# lab VERB…: the lab that this run of the tests is about.
lab() { "$repository/deploy/lab" "$@"; }

# on HOST COMMAND…: inside a host of the lab.
on() { lab exec "$@"; }

# virsh_on HOST ARGUMENT…
virsh_on() {
  local host=$1
  shift
  on "$host" virsh --quiet --connect qemu:///system "$@"
}

# qemu_pid HOST VM: the id of the QEMU process of a running domain.
qemu_pid() { on "$1" cat "/run/libvirt/qemu/$2.pid"; }

# is_off HOST VM / is_running_on HOST VM / is_defined_on HOST VM: what virsh says there.
is_off() { [[ $(virsh_on "$1" domstate "$2") == 'shut off' ]]; }
is_running_on() { [[ $(virsh_on "$1" domstate "$2") == running ]]; }
is_defined_on() { virsh_on "$1" dominfo "$2" >/dev/null 2>&1; }

# has_file HOST PATH
has_file() { on "$1" test -e "$2"; }

process_has_ended() { [[ ! -e /proc/$1 ]] || grep -q '^State:.*zombie' "/proc/$1/status"; }
