# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Silence is not death: a libvirtd that is down or hangs, an agent that is gone and a host that is cut off are told
# apart, each with the age of what is known, and no VM is ever shown as off, started again or moved for it.
time_limit=150
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  roost create quiet --image tiny --host h1 --vcpus 1 --memory 128MiB --network default
}

# before_each: h1 is well and its guest runs, whatever an earlier test left.
before_each() {
  mend_h1
  is_running_on h1 quiet || roost start quiet
  eventually 20 is_known
  identity_of "$(qemu_pid h1 quiet)" >"$scratch/quiet-identity"
}

after_all() {
  mend_h1
  remove_vms quiet
}

mend_h1() {
  lab resume-libvirtd h1 >/dev/null 2>&1 || true
  lab rejoin h1
  lab start-libvirtd h1
  lab start-agent h1
  eventually 60 host_is h1 '.state == "ready"'
}

# is_unknown: quiet is shown as it was last seen, and as no longer known.
is_unknown() { vm_is quiet '.certainty == "unknown" and .state == "running" and .host == "h1"'; }
is_known() { vm_is quiet '.certainty == "current" and .state == "running"'; }

# is_shown_as_off: what must never be while its guest runs.
is_shown_as_off() { vm_is quiet '.state != "running"'; }

same_guest() {
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h1 quiet)")" "$(<"$scratch/quiet-identity")"
}

# stop_libvirtd: of h1, until the fleet knows.
stop_libvirtd() {
  lab stop-libvirtd h1
  eventually 10 host_is h1 '.state == "libvirt-down"'
  eventually 5 is_unknown
}

# was_seen_at_another_time ONE: seen_at is the time of the last report, and not the time of asking.
was_seen_at_another_time() { [[ $(vm quiet .seen_at) != "$1" ]]; }

test_a_libvirtd_that_stops_shows_in_the_host_and_never_as_a_VM_that_is_off() {
  stop_libvirtd
  never 2 is_shown_as_off
  never 2 was_seen_at_another_time "$(vm quiet .seen_at)"
  expect_exit 0 roost list
  local row
  row=$(grep -E '^ *quiet ' <<<"$output")
  expect_contains 'its row' "$row" running
  [[ $row =~ unknown|ago|'?' ]] || fail "the table does not say that this is old: $row"
  expect_exit 0 roost host list
  expect_contains 'the row of h1' "$(grep -w h1 <<<"$output")" libvirt-down
  [[ $(grep -w h1 <<<"$output") =~ ago|[0-9]\ ?s ]] || fail "the age of its data is missing: $output"
}

test_what_needs_that_host_is_refused_at_once_and_by_its_reason() {
  stop_libvirtd
  expect_refused 7 roost stop quiet
  expect_contains 'the refusal' "$errors" h1
  expect_contains 'the refusal' "$errors" libvirt
  expect_refused 5 roost create loud --host h1 --memory 64MiB --disk 16MiB --no-start
  expect_contains 'the refusal' "$errors" libvirt
  expect_refused 4 roost create quiet --host h2 --memory 64MiB --disk 16MiB --no-start
  expect_contains 'the refusal' "$errors" '"quiet"'
}

test_it_is_known_again_once_libvirtd_is_back() {
  stop_libvirtd
  lab start-libvirtd h1
  eventually 20 host_is h1 '.state == "ready"'
  eventually 10 is_known
  same_guest
}

test_a_libvirtd_that_hangs_is_as_good_as_down() {
  lab hang-libvirtd h1
  eventually 60 host_is h1 '.state == "libvirt-down"'
  eventually 5 is_unknown
  never 2 is_shown_as_off
  lab resume-libvirtd h1
  eventually 30 host_is h1 '.state == "ready"'
  eventually 10 is_known
  same_guest
}

test_an_agent_that_stops_leaves_its_host_unreachable_and_its_guest_running() {
  lab stop-agent h1
  eventually 10 host_is h1 '.state == "unreachable"'
  eventually 5 is_unknown
  never 1 is_shown_as_off
  same_guest
  lab start-agent h1
  eventually 10 host_is h1 '.state == "ready"'
  eventually 10 is_known
  same_guest
}

test_a_host_that_is_cut_off_is_unreachable_until_it_is_back() {
  lab isolate h1
  eventually 60 host_is h1 '.state == "unreachable"'
  eventually 5 is_unknown
  expect_exit 0 roost host list
  expect_contains 'the row of h1' "$(grep -w h1 <<<"$output")" unreachable
  expect_refused 7 roost restart --force quiet
  expect_contains 'the refusal' "$errors" h1
  same_guest
  lab rejoin h1
  eventually 60 host_is h1 '.state == "ready"'
  eventually 10 is_known
  same_guest
}

test_a_guest_that_ends_meanwhile_shows_as_off_only_once_that_was_seen() {
  lab stop-agent h1
  eventually 10 host_is h1 '.state == "unreachable"'
  virsh_on h1 destroy quiet
  never 2 is_shown_as_off
  lab start-agent h1
  eventually 10 vm_is quiet '.certainty == "current" and .state == "stopped"'
  # And it is not started again.
  never 3 is_running_on h1 quiet
}
