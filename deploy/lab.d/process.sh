# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# Processes the lab started, known by their id and start time, so that it never ends anybody else's.

# start_time PID: in clock ticks since the machine's boot; fails if there is no such process.
start_time() {
  local fields
  fields=$(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
  # Field 22 of the whole line; the first two are cut off above, because a name may hold blanks.
  awk '{ print $20 }' <<<"$fields"
}

# process_id NAME: the id of a process the lab started, if it still runs.
process_id() {
  local pid started
  [[ -s $pids_dir/$1 ]] && read -r pid started <"$pids_dir/$1" || return 1
  [[ -n $started && $(start_time "$pid") == "$started" ]] || return 1
  [[ $(sed 's/^.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) != Z ]] || return 1
  echo "$pid"
}

is_running() { process_id "$1" >/dev/null; }

# start_process NAME [ENTER… --] COMMAND…: starts a process that outlives this script; its output goes to
# logs/NAME.log. ENTER is what brings it into its namespaces.
start_process() {
  local name=$1 enter=()
  shift
  if [[ " $* " == *' -- '* ]]; then
    while [[ $1 != -- ]]; do
      enter+=("$1")
      shift
    done
    enter+=(--)
    shift
  fi
  mkdir -p "$pids_dir" "$logs_dir"
  rm -f "$pids_dir/$name"
  ROOST_LAB_MARK=$lab_mark setsid "${enter[@]}" "$repository/deploy/lab.d/reaper" "$pids_dir/$name" "$@" \
    </dev/null >>"$logs_dir/$name.log" 2>&1 9>&- &
  wait_until 10 test -s "$pids_dir/$name" || die "cannot start $name: $(tail -n 3 "$logs_dir/$name.log")"
}

# stop_process NAME [SIGNAL [SECONDS]]: ends it, by SIGKILL if it hasn't obeyed in time. Fails if it did not run.
stop_process() {
  local name=$1 signal=${2:-TERM} seconds=${3:-10} pid started
  pid=$(process_id "$name") && started=$(start_time "$pid") || {
    rm -f "$pids_dir/$name"
    return 1
  }
  kill -s "$signal" "$pid" 2>/dev/null || true
  wait_until "$seconds" not is_running "$name" || {
    kill -s KILL "$pid" 2>/dev/null || true
    wait_until 5 not is_running "$name" || die "process $pid ($name) does not end"
  }
  # Its first thread may have ended before the others, which hold its files and locks until it is collected.
  wait_until 5 is_collected "$pid" "$started" || true
  rm -f "$pids_dir/$name"
}

# is_collected PID STARTED: true once its parent has reaped the process.
is_collected() { [[ $(start_time "$1") != "$2" ]]; }

not() { ! "$@"; }

# wait_until SECONDS COMMAND…: until the command succeeds; fails when the time is over.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# namespace_processes NAMESPACE: the ids of all that run in a network namespace.
namespace_processes() { ip netns pids "$1" 2>/dev/null || true; }

# end_namespace_processes NAMESPACE: ends whatever runs there: what the lab started, what that started in turn
# (QEMU, dnsmasq), and commands of `exec`.
end_namespace_processes() {
  local signal pid
  for signal in TERM KILL; do
    for pid in $(namespace_processes "$1"); do
      [[ $pid == "$$" || $pid == "$BASHPID" ]] || kill -s "$signal" "$pid" 2>/dev/null || true
    done
    wait_until 5 namespace_is_empty "$1" && return 0
  done
  die "these processes in network namespace $1 do not end: $(namespace_processes "$1" | paste -sd ' ')"
}

namespace_is_empty() { [[ -z $(namespace_processes "$1") ]]; }
