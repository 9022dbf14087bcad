# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The nouns beside VMs and hosts: networks, pools, images, cordons, operations, events and backups.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

folder=$scratch/nouns

before_all() {
  use_fleet
  mkdir -p "$folder"
}

before_each() {
  rm -f "$folder"/*
  remove_vms_like '^(three|followed|kept)$'
  local name
  for name in blank small; do
    roost image list -o json | jq -e --arg name $name 'all(.[]; .name != $name)' >/dev/null \
      || roost image delete $name --yes
  done
}

after_all() {
  before_each
  rm -rf "$folder"
}

test_networks_start_and_stop() {
  expect_exit 0 roost network list -o json
  expect_equal 'the hosts with the default network' \
    "$(jq -r '[.[] | select(.name == "default") | .host] | sort | join(" ")' <<<"$output")" 'h1 h2 h3'
  expect_exit 0 roost network stop default --host h1
  expect_equal 'the active networks of h1' "$(virsh_on h1 net-list --name | xargs)" ''
  expect_exit 0 roost network start default --host h1
  expect_equal 'the active networks of h1' "$(virsh_on h1 net-list --name | xargs)" default
}

test_pools_are_listed_with_their_space() {
  expect_exit 0 roost pool list -o json
  jq -e '[.[] | select(.name == "default" and .capacity_bytes > 0 and .available_bytes > 0) | .host] | length == 3' \
    <<<"$output" >/dev/null || fail "the pools are $output"
}

test_an_image_is_made_imported_checked_and_deleted() {
  expect_exit 0 roost image create blank --format qcow2 --size 32MiB
  roost image list -o json \
    | jq -e '.[] | select(.name == "blank") | .format == "qcow2" and .virtual_bytes == 33554432' >/dev/null \
    || fail "$(roost image list)"
  head -c 2000000 /dev/urandom >"$folder/small.raw"
  expect_exit 0 roost image import "$folder/small.raw" --name small
  expect_equal 'its hash' "$(roost image list -o json | jq -r '.[] | select(.name == "small") | .sha256')" \
    "$(sha256sum <"$folder/small.raw" | cut -d ' ' -f 1)"
  expect_exit 0 roost image delete small --yes
  expect_exit 0 roost image delete blank --yes
  roost create kept --image tiny --host h1 --memory 64MiB --no-start
  expect_refused 4 roost image delete tiny --yes
  expect_contains 'the refusal' "$errors" kept
}

test_an_operation_has_steps_and_is_found_again() {
  local id
  id=$(create_small three --host h1 --no-wait)
  expect_exit 0 roost op wait "$id"
  expect_exit 0 roost op show "$id" -o json
  jq -e '.state == "done" and .kind == "create" and .vm == "three" and (.steps | length > 0) and
    (.steps | all(.state == "done"))' <<<"$output" >/dev/null || fail "the operation is $output"
  roost op list -o json | jq -e --arg id "$id" 'any(.[]; .id == $id)' >/dev/null || fail 'it is not listed'
}

test_events_have_growing_numbers_and_are_followed() {
  local since numbers follower
  create_small followed --host h1
  since=$(last_event)
  roost events --since "$since" -f -o json >"$folder/events" &
  follower=$!
  roost start followed
  eventually 5 grep -q followed "$folder/events"
  kill $follower
  numbers=$(events_since 0 .number)
  expect_equal 'the numbers in order' "$numbers" "$(sort -n -u <<<"$numbers")"
  (($(last_event) > since)) || fail 'no event was added'
}

test_a_backup_is_a_whole_database() {
  create_small kept --host h1
  expect_exit 0 roost backup "$folder/backup.sqlite"
  expect_equal 'the quick check' "$(sqlite3 "$folder/backup.sqlite" 'PRAGMA quick_check')" ok
  expect_equal 'whether it knows the VM' \
    "$(sqlite3 "$folder/backup.sqlite" "SELECT count(*) FROM vms WHERE name = 'kept'")" 1
  expect_equal 'who may read it' "$(stat -c %a "$folder/backup.sqlite")" 600
}
