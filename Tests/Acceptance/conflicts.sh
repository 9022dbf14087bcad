# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Addresses of domains that people make behind Roost's back: they count from the moment an agent sees them, two owners
# of one address are both named, and no address with an owner is handed out.
time_limit=60
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

foreign_mac=52:54:00:20:26:11

before_all() {
  use_fleet
  after_all
  roost create ledger --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --network default --no-start
}

# before_each: what an earlier test made beside the ledger's VM goes.
before_each() {
  local host
  for host in h1 h2 h3; do remove_domains "$host" stray copy foreign listener; done
  remove_vms second
  eventually 5 mac_is "$(vm ledger '.nics[0].mac')" '.state == "allocated" and .owner.vm == "ledger"'
}

after_all() {
  local host
  for host in h1 h2 h3; do remove_domains "$host" stray copy foreign listener; done
  remove_vms ledger second
}

# define_stray MAC: a domain on h2 with the address of the ledger's VM.
define_stray() {
  unmanaged_domain stray "$1" | virsh_on h2 define /dev/stdin
  eventually 5 mac_is "$1" '.state == "conflict"'
}

# define_foreign: a domain on h3 with an address of its own.
define_foreign() {
  unmanaged_domain foreign $foreign_mac | virsh_on h3 define /dev/stdin
  eventually 5 mac_is $foreign_mac '.state == "observed" and .owner.vm == "foreign" and .owner.host == "h3"'
}

test_a_domain_that_virsh_defines_with_a_ledger_MAC_shows_as_a_conflict_naming_both() {
  local mac event
  mac=$(vm ledger '.nics[0].mac')
  event=$(last_event)
  define_stray "$mac"

  expect_exit 0 roost mac conflicts -o json
  local row
  row=$(jq -c --arg mac "$mac" '.[] | select(.mac == $mac)' <<<"$output")
  for name in ledger stray h1 h2; do expect_contains 'the conflict' "$row" "\"$name\""; done
  expect_exit 0 roost mac show "$mac"
  expect_contains 'roost mac show' "$output" stray
  expect_contains 'roost mac show' "$output" ledger
  eventually 5 has_event "$event" '.message | test("stray") and test("ledger") and test("collision")'
  expect_exit 0 roost show ledger
  expect_contains 'roost show' "$output" stray
}

test_the_owner_keeps_the_address_and_runs() {
  local mac
  mac=$(vm ledger '.nics[0].mac')
  define_stray "$mac"
  expect_exit 0 roost start ledger
  eventually 10 is_running_on h1 ledger
  expect_equal 'its MAC' "$(vm ledger '.nics[0].mac')" "$mac"
  roost stop --force ledger
}

test_the_conflict_goes_when_the_domain_does() {
  local mac
  mac=$(vm ledger '.nics[0].mac')
  define_stray "$mac"
  virsh_on h2 undefine stray
  eventually 5 mac_is "$mac" '.state == "allocated" and .owner.vm == "ledger"'
  expect_exit 0 roost mac conflicts -o json
  expect_equal 'the conflicts left' "$(jq length <<<"$output")" 0
}

test_a_copy_is_told_from_a_collision() {
  local mac event
  mac=$(vm ledger '.nics[0].mac')
  event=$(last_event)
  # The same UUID on another host: the result of copying a domain's XML by hand.
  unmanaged_domain copy "$mac" | sed "s#<name>#<uuid>$(virsh_on h1 domuuid ledger | xargs)</uuid><name>#" \
    | virsh_on h3 define /dev/stdin
  eventually 5 mac_is "$mac" '.state == "conflict"'
  eventually 5 has_event "$event" '.message | test("a copy") and test("ledger")'
  virsh_on h3 undefine copy
  eventually 5 mac_is "$mac" '.state == "allocated"'
  expect_equal 'the host of the VM afterwards' "$(vm ledger .host)" h1
}

test_an_address_seen_on_any_host_is_refused_by_its_owner() {
  define_foreign
  vm_is foreign '.managed == false and .host == "h3" and .state == "stopped"' || fail 'the listing lacks it'
  local before
  before=$(what_stands)
  expect_refused 4 roost create second --host h1 --memory 64MiB --disk 16MiB --no-start \
    --network "default,mac=$foreign_mac"
  expect_contains 'the refusal' "$errors" $foreign_mac
  expect_contains 'the refusal' "$errors" foreign
  expect_contains 'the refusal' "$errors" h3
  expect_unchanged 'it' "$before"
}

test_a_name_seen_on_any_host_is_refused_too() {
  define_foreign
  expect_refused 4 roost create foreign --host h1 --memory 64MiB --disk 16MiB --no-start
  expect_contains 'the refusal' "$errors" h3
}

test_a_VNC_port_that_a_domain_uses_is_not_handed_out() {
  local next
  next=$(($(roost port list -o json | jq 'map(.port) | max // 5899') + 1))
  unmanaged_domain listener 52:54:00:20:26:12 '' \
    "<graphics type='vnc' port='$next' autoport='no' listen='127.0.0.1'/>" | virsh_on h2 create /dev/stdin
  eventually 5 has_vm listener
  roost create second --host h1 --memory 64MiB --disk 16MiB --no-start
  expect_different 'the port' "$(vm second .vnc.port)" "$next"
}

test_a_released_MAC_is_quarantined_and_not_given_again() {
  roost create second --host h1 --memory 64MiB --disk 16MiB --no-start
  local mac
  mac=$(vm second '.nics[0].mac')
  roost delete --yes second
  mac_is "$mac" '.state == "quarantined" and .until != null' \
    || fail "the ledger says: $(roost mac list -o json | jq -c --arg mac "$mac" '.[] | select(.mac == $mac)')"
  roost create second --host h1 --memory 64MiB --disk 16MiB --no-start
  expect_different 'the MAC of the next VM' "$(vm second '.nics[0].mac')" "$mac"
  expect_refused 4 roost create third --memory 64MiB --disk 16MiB --no-start --network "default,mac=$mac"
  expect_contains 'the refusal' "$errors" "$mac"
}
