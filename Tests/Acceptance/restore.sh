# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# A backup of yesterday is put back under a fleet that has gone on, and a database that is lost is made anew: no address
# is given twice, nothing is destroyed, and what the database does not know is listed. One fleet's story, in order.
time_limit=240
in_order=yes
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

data=$lab_folder/coordinator

before_all() {
  use_fleet
  after_all
  local name
  for name in kept deleted; do
    roost create $name --image tiny --host h1 --vcpus 1 --memory 128MiB --network default
  done
  make_small old-stopped h2
}

after_all() {
  lab start-coordinator
  for host in h1 h2 h3; do lab start-agent $host; done
  eventually 60 all_are_ready
  ! is_settling || roost settle --force --yes
  remove_vms_like '^(kept|deleted|old-stopped|late|after|fresh)'
  for host in h1 h2 h3; do remove_domains $host late-1 late-2 late-3 kept deleted old-stopped; done
  rm -f "$scratch/yesterday.db" "$data"/roost.db.before-*
}

is_settling() { roost status -o json | jq -e .settling >/dev/null; }
has_settled() { roost status -o json | jq -e '.settling | not'; }

make_small() { create_small "$1" --host "$2" --network default; }

# coordinator_does ARGUMENT…: the coordinator's own command, where it runs.
coordinator_does() { on coordinator "$(binary roost-coordinator)" "$@"; }

# addresses: every MAC and port of every VM, one each line.
addresses() { roost list -o json | jq -r '.[] | (.nics[].mac), (.vnc.port // empty)'; }

# guests: the QEMU processes of all hosts, with their start times.
guests() {
  local host name
  for host in h1 h2 h3; do
    for name in $(virsh_on $host list --name); do echo "$host $name $(identity_of "$(qemu_pid $host "$name")")"; done
  done
}

domains() {
  local host
  for host in h1 h2 h3; do virsh_on $host list --all --uuid | grep . | sort; done
}

test_the_command_refuses_a_running_coordinator_and_a_database_that_is_there() {
  roost backup "$scratch/yesterday.db"
  expect_refused 4 coordinator_does restore --data-dir "$data" "$scratch/yesterday.db"
  expect_contains 'the refusal' "$errors" "$data"
  lab stop-coordinator
  expect_refused 4 coordinator_does restore --data-dir "$data" "$scratch/yesterday.db"
  expect_contains 'the hint' "$errors" --move-aside
  echo nonsense >"$scratch/nonsense.db"
  expect_exit 1 coordinator_does restore --data-dir "$data" --move-aside "$scratch/nonsense.db"
  [[ -e $data/roost.db ]] || fail 'the database is gone'
  lab start-coordinator
  eventually 30 all_are_ready
}

test_yesterdays_backup_under_a_fleet_that_went_on() {
  roost create late-1 --image tiny --host h2 --vcpus 1 --memory 128MiB --network default
  make_small late-2 h3
  roost delete --force --yes deleted
  addresses | sort >"$scratch/addresses.before"
  guests >"$scratch/guests.before"
  domains >"$scratch/domains.before"
  for host in h2 h3; do lab stop-agent $host; done
  lab stop-coordinator
  expect_exit 0 coordinator_does restore --data-dir "$data" --move-aside "$scratch/yesterday.db"
  expect_contains 'what it says' "$output" roost.db.before-
  lab start-coordinator
  eventually 30 host_is h1 '.state == "ready"'
  is_settling || fail "it does not settle: $(roost status -o json)"
  expect_equal 'whom it waits for' "$(roost settle -o json | jq -c .waiting)" '["h2","h3"]'
  expect_refused 4 make_small after-0 h1
  expect_contains 'the refusal' "$errors" settling
  expect_refused 4 roost delete --yes --force kept
  expect_exit 0 roost pause kept
  expect_exit 0 roost resume kept
  lab kill-coordinator
  lab start-coordinator
  is_settling || fail 'a restart ends it'
  for host in h2 h3; do lab start-agent $host; done
  eventually 30 has_settled
  eventually 30 all_are_ready
}

test_what_the_backup_does_not_know_is_listed() {
  expect_exit 0 roost settle -o json
  expect_equal 'the differences' \
    "$(jq -c '[.differences[] | [.kind, .vm]] | sort' <<<"$output")" \
    '[["missing","deleted"],["unknown","late-1"],["unknown","late-2"]]'
  expect_exit 0 roost status
  expect_contains 'the status' "$output" '3 VMs'
}

test_no_address_is_given_twice_and_nothing_was_destroyed() {
  expect_equal 'the guests' "$(guests)" "$(<"$scratch/guests.before")"
  expect_equal 'the domains' "$(domains)" "$(<"$scratch/domains.before")"
  local number
  for number in 1 2 3 4; do
    make_small after-$number h1
    ! grep -qxF -e "$(vm after-$number '.nics[0].mac')" -e "$(vm after-$number .vnc.port)" "$scratch/addresses.before" \
      || fail "after-$number has an address of another: $(vm after-$number .)"
  done
  expect_equal 'the addresses that two have' "$(addresses | sort | uniq -d)" ''
  expect_equal 'the conflicts' "$(roost mac conflicts -o json | jq length)" 0
}

test_what_was_made_after_the_backup_is_taken_in_again() {
  expect_exit 0 roost adopt late-1 --host h2
  expect_exit 0 roost adopt late-2 --host h3
  vm_is late-1 '.managed and .state == "running"' || fail "$(vm late-1 .)"
  roost delete --yes deleted
  expect_equal 'the differences left' "$(roost settle -o json | jq '.differences | length')" 0
  expect_equal 'the guests' "$(guests)" "$(<"$scratch/guests.before")"
}

test_a_plain_copy_of_an_older_database_is_noticed_by_what_the_agents_know() {
  lab stop-coordinator
  cp "$data/roost.db" "$scratch/plain.db"
  lab start-coordinator
  eventually 30 all_are_ready
  make_small late-3 h3
  lab stop-agent h2
  lab stop-coordinator
  rm -f "$data"/roost.db-*
  cp "$scratch/plain.db" "$data/roost.db"
  lab start-coordinator
  eventually 30 host_is h3 '.state == "ready"'
  is_settling || fail "it does not settle: $(roost status -o json)"
  lab start-agent h2
  eventually 30 has_settled
  eventually 30 all_are_ready
  expect_equal 'the differences' "$(roost settle -o json | jq -c '[.differences[] | [.kind, .vm]]')" \
    '[["unknown","late-3"]]'
  roost adopt late-3 --host h3
}

test_a_lost_database_is_made_anew_from_the_marks() {
  roost list -o json | jq -S '[.[] | {name, id, host, state, managed, macs: [.nics[].mac], port: .vnc.port}]' \
    >"$scratch/list.before"
  roost host list -o json | jq -S '[.[] | {name, id}]' >"$scratch/hosts.before"
  guests >"$scratch/guests.before"
  lab stop-coordinator
  rm -f "$data"/roost.db*
  expect_exit 0 coordinator_does rebuild --data-dir "$data"
  expect_contains 'what can not be known' "$output" tombstones
  lab start-coordinator
  eventually 60 all_are_ready
  eventually 30 list_is_as_before
  expect_equal 'the hosts' "$(roost host list -o json | jq -S '[.[] | {name, id}]')" "$(<"$scratch/hosts.before")"
  expect_refused 4 make_small fresh h1
  expect_exit 0 roost settle --force --yes
  make_small fresh h1
  ! jq -r '.[].macs[]' "$scratch/list.before" | grep -qxF "$(vm fresh '.nics[0].mac')" || fail 'its MAC was given twice'
  expect_equal 'the addresses that two have' "$(addresses | sort | uniq -d)" ''
  expect_equal 'the guests' "$(guests)" "$(<"$scratch/guests.before")"
  roost delete --yes fresh
}

list_is_as_before() {
  diff <(roost list -o json | jq -S '[.[] | {name, id, host, state, managed, macs: [.nics[].mac], port: .vnc.port}]') \
    "$scratch/list.before"
}
