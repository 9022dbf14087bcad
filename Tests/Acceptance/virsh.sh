# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# What people do with virsh to the fleet's VMs beside Roost: it shows at once, is drift where it differs, and is never
# undone; and domains that virsh made are listed and never touched.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  create_small lazy --host h1 --network default
}

# before_each: busy runs as Roost made it.
before_each() {
  remove_domains h1 guest-of-virsh
  remove_vms busy
  roost create busy --host h3 --vcpus 1 --memory 160MiB --disk 16MiB --network default
  eventually 20 vm_is busy '.state == "running"'
}

after_all() {
  remove_vms busy lazy
  remove_domains h1 guest-of-virsh
}

test_what_virsh_does_shows_at_once() {
  virsh_on h3 suspend busy
  eventually 2 vm_is busy '.state == "paused"'
  virsh_on h3 resume busy
  eventually 2 vm_is busy '.state == "running"'
  virsh_on h3 destroy busy
  eventually 2 vm_is busy '.state == "stopped"'
}

test_a_change_made_with_virsh_is_drift_and_is_not_undone() {
  virsh_on h3 destroy busy
  virsh_on h3 dumpxml --inactive busy | sed 's#<memory.*#<memory>98304</memory>#; /<currentMemory/d' \
    | virsh_on h3 define /dev/stdin
  eventually 3 shows_drift busy
  lab stop-agent h3
  lab start-agent h3
  eventually 20 host_is h3 '.state == "ready"'
  eventually 5 shows_drift busy
  never 2 has_memory $((160 << 10))
  has_memory $((96 << 10)) || fail "its memory is $(virsh_on h3 dominfo busy | grep memory)"
}

shows_drift() { roost show "$1" -o json | jq -e '.drift | any(test("memory is 96MiB"))'; }
has_memory() { [[ $(virsh_on h3 dominfo busy) =~ Max\ memory:\ *$1\ KiB ]]; }

test_a_VM_that_virsh_stopped_is_not_started_again() {
  virsh_on h3 destroy busy
  never 2 is_running_on h3 busy
  expect_exit 0 roost start busy
  is_running_on h3 busy || fail 'it does not start'
}

test_a_domain_of_virsh_is_listed_and_never_touched() {
  unmanaged_domain guest-of-virsh 52:54:00:20:26:31 | virsh_on h1 define /dev/stdin
  eventually 3 vm_is guest-of-virsh '.managed == false and .host == "h1"'
  local verb
  for verb in 'delete --force --yes' 'stop --force'; do
    # shellcheck disable=SC2086
    expect_refused 4 roost $verb guest-of-virsh
    expect_contains 'the refusal' "$errors" 'not managed'
  done
  is_defined_on h1 guest-of-virsh || fail 'it is gone'
  virsh_on h1 undefine guest-of-virsh
  eventually 3 lacks_vm guest-of-virsh
}

test_what_libvirt_tells_nobody_is_found_within_a_minute() {
  # libvirt has no event for this change.
  virsh_on h1 setmaxmem lazy 96MiB --config
  eventually 60 shows_drift lazy
}

test_what_fingers_know_from_virsh_is_answered() {
  local pair
  for pair in 'destroy:stop --force' undefine:delete define:import shutdown:stop vncdisplay:vnc dumpxml:show \
    'net-list:network list' 'net-start:network start'; do
    roost "${pair%%:*}" busy >"$scratch/said" 2>&1 || true
    expect_contains "what roost ${pair%%:*} says" "$(<"$scratch/said")" "roost ${pair#*:}"
  done
  is_running_on h3 busy || fail 'one of them did something'
}
