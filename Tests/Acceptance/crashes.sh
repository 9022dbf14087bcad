# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Agents and the coordinator are killed at any moment. No guest notices, the inventory is right again within ten
# seconds, what was acknowledged is there, and what was not is wholly there or wholly not.
time_limit=240
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  local host
  for host in h1 h2; do
    roost create steady-$host --image tiny --host $host --vcpus 1 --memory 128MiB --network default
    eventually 20 is_running_on $host steady-$host
    identity_of "$(qemu_pid $host steady-$host)" >"$scratch/steady-$host"
  done
  roost create resting --host h2 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
}

after_all() {
  lab start-coordinator
  for host in h1 h2 h3; do lab start-agent $host; done
  eventually 60 all_are_ready
  local names
  mapfile -t names < <(roost list -o json | jq -r '.[].name | select(test("^(steady|resting|hasty|race|late|doomed)"))')
  remove_vms "${names[@]}"
  for host in h1 h2 h3; do remove_domains $host meanwhile; done
}

all_are_ready() {
  local host
  for host in h1 h2 h3; do host_is $host '.state == "ready"' || return 1; done
}

# guests_are_the_same: process ids and start times as they were at first.
guests_are_the_same() {
  local host
  for host in h1 h2; do
    expect_equal "the QEMU process on $host" "$(identity_of "$(qemu_pid $host steady-$host)")" \
      "$(<"$scratch/steady-$host")"
  done
}

# has_converged: every host is ready, every VM is known, and the listing says what virsh says on each host.
has_converged() {
  all_are_ready || return 1
  local host listed actual
  for host in h1 h2 h3; do
    listed=$(roost list -o json | jq -r --arg host $host \
      '.[] | select(.host == $host and .certainty == "current") | "\(.name) \(.state)"' | sort)
    actual=$(
      virsh_on $host list --all --name | grep . | while read -r name; do
        echo "$name $(virsh_on $host domstate "$name" </dev/null | sed 's/shut off/stopped/')"
      done | sort
    )
    [[ $listed == "$actual" ]] || return 1
  done
}

test_an_agent_that_is_killed_takes_no_guest_along_and_catches_up_in_ten_seconds() {
  lab kill-agent h2
  eventually 10 host_is h2 '.state == "unreachable"'
  vm_is steady-h2 '.certainty == "unknown" and .state == "running"' || fail "$(vm steady-h2 .)"
  unmanaged_domain meanwhile 52:54:00:20:26:21 | virsh_on h2 define /dev/stdin
  guests_are_the_same
  lab start-agent h2
  eventually 10 has_converged
  has_vm meanwhile || fail 'what was made meanwhile is not listed'
  guests_are_the_same
}

test_a_coordinator_that_is_killed_takes_no_guest_along_and_catches_up_in_ten_seconds() {
  lab kill-coordinator
  expect_exit 7 roost list
  virsh_on h2 undefine meanwhile
  guests_are_the_same
  lab start-coordinator
  eventually 10 has_converged
  lacks_vm meanwhile || fail 'what went meanwhile is still listed'
  guests_are_the_same
}

test_all_of_Roost_at_once() {
  lab kill-coordinator
  for host in h1 h2 h3; do lab kill-agent $host; done
  guests_are_the_same
  lab start-coordinator
  for host in h1 h2 h3; do lab start-agent $host; done
  eventually 10 has_converged
  guests_are_the_same
}

test_a_second_coordinator_is_refused_on_the_same_data() {
  expect_exit 4 timeout 20 roost-coordinator run --data-dir "$lab_folder/coordinator"
  expect_exit 0 roost list
}

# is_whole VM: it is on a host, off, with a MAC and a port that the ledger gives it, a domain and a disk there.
is_whole() {
  local host mac port
  host=$(vm "$1" .host) && mac=$(vm "$1" '.nics[0].mac') && port=$(vm "$1" .vnc.port) || return 1
  vm_is "$1" '.state == "stopped" and .certainty == "current" and .managed and (.nics | length == 1)' || return 1
  mac_is "$mac" ".state == \"allocated\" and .owner.vm == \"$1\"" || return 1
  roost port list -o json | jq -e --arg vm "$1" --argjson port "$port" \
    '[.[] | select(.vm == $vm)] | length == 1 and .[0].port == $port' >/dev/null || return 1
  [[ $(virsh_on "$host" dumpxml --inactive "$1") == *"$mac"* ]] || return 1
  on "$host" test -e "$(virsh_on "$host" domblklist "$1" | awk '/^ *vda/ { print $2 }')"
}

# is_wholly_absent VM: nobody knows it: no listing, no ledger, no operation that runs, no domain on any host.
is_wholly_absent() {
  lacks_vm "$1" || return 1
  roost mac list -o json | jq -e --arg vm "$1" 'all(.[]; .owner.vm != $vm or .state != "allocated")' >/dev/null \
    || return 1
  roost port list -o json | jq -e --arg vm "$1" 'all(.[]; .vm != $vm)' >/dev/null || return 1
  local host
  for host in h1 h2 h3; do ! is_defined_on $host "$1" || return 1; done
}

is_whole_or_absent() { is_whole "$1" || is_wholly_absent "$1"; }

create_hasty() { roost create "$1" --vcpus 1 --memory 64MiB --disk 16MiB --network default --no-start --no-wait; }

test_a_create_that_was_acknowledged_outlives_the_coordinator() {
  local operation
  operation=$(create_hasty hasty)
  lab kill-coordinator
  lab start-coordinator
  has_vm hasty || fail 'it is gone'
  eventually 15 is_whole hasty
  expect_exit 0 roost op show "$operation" -o json
  expect_equal 'the state of its operation' "$(jq -r .state <<<"$output")" 'done'
}

test_a_create_outlives_the_agent_that_carries_it_out() {
  roost create late --host h3 --image tiny --vcpus 1 --memory 64MiB --network default --no-start --no-wait
  lab kill-agent h3
  lab start-agent h3
  eventually 20 is_whole late
}

test_creates_at_the_moment_of_a_kill_are_wholly_there_or_wholly_not() {
  local round number status absent=0 acknowledged=0
  # Seeded, so that a failure can be replayed: ROOST_SEED=N.
  RANDOM=${ROOST_SEED:-4711}
  for round in 1 2 3 4 5 6; do
    for number in 1 2 3; do
      {
        status=0
        create_hasty race-$round-$number >/dev/null 2>"$scratch/race-$round-$number.err" || status=$?
        echo $status >"$scratch/race-$round-$number"
      } &
    done
    sleep "0.$(printf '%03d' $((RANDOM % 400)))"
    if ((round % 3 == 0)); then lab kill-agent h$((RANDOM % 3 + 1)); fi
    lab kill-coordinator
    wait
    lab start-coordinator
    for host in h1 h2 h3; do lab start-agent $host; done
    for number in 1 2 3; do
      if [[ $(<"$scratch/race-$round-$number") == 0 ]]; then
        acknowledged=$((acknowledged + 1))
        has_vm race-$round-$number || fail "race-$round-$number was acknowledged and is gone"
        eventually 20 is_whole race-$round-$number
      else
        eventually 20 is_whole_or_absent race-$round-$number
        ! lacks_vm race-$round-$number || absent=$((absent + 1))
      fi
    done
  done
  eventually 30 has_converged
  guests_are_the_same
  echo "of 18 creates $acknowledged were acknowledged and $absent left no trace"
}

test_a_coordinator_that_is_asked_to_end_ends_cleanly() {
  local started=$SECONDS
  lab stop-coordinator
  ((SECONDS - started <= 15)) || fail "it took $((SECONDS - started)) s"
  expect_contains 'its last words' "$(lab logs coordinator | tail -n 2)" 'closed cleanly'
  lab start-coordinator
  # After the kills before it an agent waits up to 15 s until it tries again.
  eventually 30 has_converged
  guests_are_the_same
}

# create_from_image VM: small enough for many, and off.
create_from_image() {
  roost create "$1" --image tiny --vcpus 1 --memory 64MiB --network default --no-start "${@:2}"
}

# disk_file VM: host and path of its first disk.
disk_file() {
  local host
  host=$(vm "$1" .host)
  echo "$host $(virsh_on "$host" domblklist "$1" | awk '/^ *vda/ { print $2 }')"
}

# disk_is_there HOST PATH
disk_is_there() { on "$1" test -e "$2"; }

no_operation_is_unfinished() { roost op list --unfinished -o json | jq -e 'length == 0' >/dev/null; }

# addresses_are_unique: no two domains of the fleet have one MAC, in the listing or in virsh, and no port two VMs.
addresses_are_unique() {
  local twice host name
  twice=$(roost list -o json | jq -r '.[].nics[].mac' | sort | uniq -d)
  expect_empty 'the MACs that two VMs have in the listing' "$twice"
  twice=$(
    for host in h1 h2 h3; do
      for name in $(virsh_on $host list --all --name); do
        virsh_on $host domiflist "$name" </dev/null | grep -oE '([0-9a-f]{2}:){5}[0-9a-f]{2}' || true
      done
    done | sort | uniq -d
  )
  expect_empty 'the MACs that two domains have' "$twice"
  twice=$(roost port list -o json | jq -r '.[] | select(.vm) | "\(.host) \(.port)"' | sort | uniq -d)
  expect_empty 'the ports that two VMs have' "$twice"
}

test_a_create_with_an_image_that_was_acknowledged_outlives_the_coordinator() {
  local operation
  operation=$(create_from_image hasty-image --no-wait)
  lab kill-coordinator
  lab start-coordinator
  has_vm hasty-image || fail 'it is gone'
  eventually 30 is_whole hasty-image
  eventually 30 no_operation_is_unfinished
  expect_equal 'the state of its operation' "$(roost op show "$operation" -o json | jq -r .state)" 'done'
}

test_a_delete_that_was_acknowledged_outlives_the_coordinator() {
  local operation file
  create_from_image doomed
  read -ra file < <(disk_file doomed)
  disk_is_there "${file[@]}" || fail "there is no ${file[*]}"
  operation=$(roost delete --yes --no-wait doomed)
  lab kill-coordinator
  lab start-coordinator
  eventually 30 is_wholly_absent doomed
  eventually 30 no_operation_is_unfinished
  expect_equal 'the state of its operation' "$(roost op show "$operation" -o json | jq -r .state)" 'done'
  ! disk_is_there "${file[@]}" || fail 'its disk is still there'
}

# attempt NAME COMMAND…: keeps the exit status of a command that a kill may cut off.
attempt() {
  local status=0
  "${@:2}" >/dev/null 2>"$scratch/$1.err" || status=$?
  echo $status >"$scratch/$1"
}

test_creates_with_an_image_and_deletes_at_the_moment_of_a_kill_leave_no_half() {
  local round created=0 deleted=0 absent=0 standing=0 file
  RANDOM=${ROOST_SEED:-815}
  for round in 1 2 3 4 5 6; do
    create_from_image doomed-$round
    read -ra file < <(disk_file doomed-$round)
    attempt race-image-$round create_from_image race-image-$round --no-wait &
    attempt doomed-$round roost delete --yes --no-wait doomed-$round &
    sleep "0.$(printf '%03d' $((RANDOM % 500)))"
    lab kill-coordinator
    wait
    lab start-coordinator
    expect_exit 0 roost list
    if [[ $(<"$scratch/race-image-$round") == 0 ]]; then
      created=$((created + 1))
      has_vm race-image-$round || fail "race-image-$round was acknowledged and is gone"
      eventually 30 is_whole race-image-$round
    else
      eventually 30 is_whole_or_absent race-image-$round
      ! lacks_vm race-image-$round || absent=$((absent + 1))
    fi
    if [[ $(<"$scratch/doomed-$round") == 0 ]]; then
      deleted=$((deleted + 1))
      eventually 30 is_wholly_absent doomed-$round
    else
      eventually 30 is_whole_or_absent doomed-$round
    fi
    if lacks_vm doomed-$round; then
      ! disk_is_there "${file[@]}" || fail "doomed-$round is gone and its disk ${file[*]} is not"
    else
      standing=$((standing + 1))
    fi
    eventually 30 no_operation_is_unfinished
    addresses_are_unique
  done
  # Agents whose connections never last wait up to 15 s for the next one.
  eventually 30 has_converged
  guests_are_the_same
  echo "of 6 creates $created were acknowledged and $absent left no trace;" \
    "of 6 deletes $deleted were acknowledged and $standing VMs stand"
}
