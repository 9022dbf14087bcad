# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# What guests and hosts use: measured by the agents every ten seconds, shown by roost top with its age.
time_limit=150
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  roost create toiler --image tiny --host h2 --vcpus 1 --memory 160MiB --network default
  roost create sleeper --image tiny --host h1 --vcpus 1 --memory 160MiB --network default
  eventually 20 is_running_on h2 toiler
  follow_console toiler
}

after_all() {
  end_console toiler
  lab start-agent h1
  eventually 60 host_is h1 '.state == "ready"'
  remove_vms toiler sleeper
}

# used NAME CONDITION: whether roost top shows the VM with figures that meet a jq condition.
used() { roost top -o json | jq -e --arg name "$1" "any(.[]; .name == \$name and ($2))" >/dev/null; }

hosts_are_measured() { roost top --hosts -o json | jq -e 'length == 3 and all(.[]; .load != null)' >/dev/null; }

# works_harder: toiler is measured to use most of a CPU, and far more than sleeper.
works_harder() {
  roost top -o json | jq -e '(map({(.name): .cpu_percent}) | add) as $cpu
    | $cpu.toiler > 30 and $cpu.sleeper != null and $cpu.toiler > 3 * $cpu.sleeper' >/dev/null
}

test_a_busy_guest_stands_above_an_idle_one() {
  eventually 90 guest_says toiler 'roost-guest# '
  # shellcheck disable=SC2016
  ask_guest toiler 'while :; do :; done & echo begun $((20 + 3))' 'begun 23'
  eventually 60 works_harder
  expect_exit 0 roost top
  expect_contains 'the title' "$output" 'CPU'
  expect_equal 'the first row' "$(awk 'NR == 2 { print $1 }' <<<"$output")" toiler
  used toiler '.memory_used_bytes > 10000000 and .host == "h2" and .current and .measured_at != null' \
    || fail "$(roost top -o json)"
}

test_hosts_show_their_load_and_their_free_memory() {
  eventually 30 hosts_are_measured
  expect_exit 0 roost top --hosts -o json
  jq -e 'length == 3 and all(.[]; .load != null and .memory_free_bytes > 0 and .cpus > 0)' <<<"$output" >/dev/null \
    || fail "the hosts are $output"
  expect_exit 0 roost top --hosts -o csv
  expect_contains 'the titles' "$output" 'name,state,load'
}

test_a_silent_host_is_shown_as_it_was_with_its_age() {
  eventually 30 used sleeper '.current and .cpu_percent != null'
  lab stop-agent h1
  eventually 20 used sleeper '.current == false and .cpu_percent != null and .measured_at != null'
  local one
  one=$(roost top -o json | jq -r '.[] | select(.name == "sleeper") | .measured_at')
  never 2 used sleeper ".measured_at != \"$one\""
  expect_exit 0 roost top
  expect_contains 'its row' "$(grep -w sleeper <<<"$output")" silent
  lab start-agent h1
  eventually 60 used sleeper '.current and .cpu_percent != null'
}

test_a_guest_that_is_off_is_not_listed() {
  eventually 30 used toiler .current
  roost stop --force toiler
  eventually 10 is_not_in_top toiler
  never 2 used toiler true
  roost start toiler
}

is_not_in_top() { roost top -o json | jq -e --arg name "$1" 'all(.[]; .name != $name)' >/dev/null; }
