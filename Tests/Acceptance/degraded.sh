# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# A libvirt that half answers: one guest's QEMU is held by SIGSTOP, so that calls which ask its monitor never return.
# The host says so and names them, gets nothing new, serves its other guests, and recovers by itself. One
# hang, in order.
time_limit=200
in_order=yes
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  roost create held --image tiny --host h1 --vcpus 1 --memory 128MiB --network default
  roost create other --image tiny --host h1 --vcpus 1 --memory 128MiB --network default
  eventually 30 vm_is other '.state == "running" and .certainty == "current"'
  last_event >"$scratch/degraded-begin"
}

after_all() {
  local pid
  if pid=$(qemu_pid h1 held 2>/dev/null); then kill -CONT "$pid" || true; fi
  eventually 60 host_is h1 '.state == "ready"'
  remove_vms held other fresh
}

test_a_guest_whose_monitor_hangs_makes_its_host_degraded_and_says_which_call_hangs() {
  kill -STOP "$(qemu_pid h1 held)"
  eventually 90 host_is h1 '.state == "degraded"'
  eventually 60 host_is h1 '.reason | contains("has not returned from")'
  expect_exit 0 roost host list
  expect_contains 'the row of h1' "$(grep -w h1 <<<"$output")" degraded
  eventually 10 vm_is other '.certainty == "current" and .state == "running"'
  vm_is held '.state == "running"' || fail 'it is shown as off'
}

test_nothing_new_comes_to_such_a_host_and_the_refusal_says_why() {
  expect_refused 5 roost create fresh --host h1 --memory 64MiB --disk 16MiB --no-start
  expect_contains 'the refusal' "$errors" 'half answers'
  roost create fresh --memory 64MiB --disk 16MiB --no-start
  vm_is fresh '.host != "h1"' || fail 'it was placed on the degraded host'
}

test_its_other_guests_are_served() {
  roost pause other
  eventually 10 vm_is other '.state == "paused"'
  roost resume other
  eventually 10 vm_is other '.state == "running"'
}

test_it_stays_so_and_its_agent_stays_connected() {
  never 45 host_is h1 '.state == "unreachable" or .state == "libvirt-down" or .state == "ready"'
}

test_it_recovers_by_itself_and_both_are_events() {
  kill -CONT "$(qemu_pid h1 held)"
  eventually 60 host_is h1 '.state == "ready" and (.reason // "") == ""'
  eventually 60 vm_is held '.certainty == "current" and .state == "running"'
  local kinds
  kinds=$(events_since "$(<"$scratch/degraded-begin")" 'select(.kind | test("host.(degraded|recovered)")) | .kind')
  expect_contains 'the events' "$kinds" host.degraded
  expect_contains 'the events' "$kinds" host.recovered
}

test_a_guest_that_hangs_is_cut_off_though_it_was_asked_politely_first() {
  kill -STOP "$(qemu_pid h1 held)"
  if roost stop --within 5s held; then fail 'a guest that hangs was stopped politely'; fi
  expect_exit 0 roost stop --force held
  eventually 10 vm_is held '.state == "stopped"'
}
