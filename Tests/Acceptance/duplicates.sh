# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# A managed VM and a guest of virsh have one address: which is refused, and the ways out with `roost mac resolve`,
# another address or a link that is pulled.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  roost policy set out-of-band=observe >/dev/null
}

# before_each: "resolved" is off on h1, with an address of its own.
before_each() {
  remove_domains h2 rival
  remove_vms resolved
  create_small resolved --host h1 --network default
}

after_all() {
  roost policy set out-of-band=warn >/dev/null
  remove_domains h2 rival
  remove_vms resolved
}

# define_rival MAC: a domain of virsh with that address, off on h2.
define_rival() {
  unmanaged_domain rival "$1" | virsh_on h2 define /dev/stdin
  eventually 5 mac_is "$1" '.state == "conflict"'
}

test_a_managed_VM_is_not_started_beside_a_running_duplicate_and_gets_another_address() {
  local mac next id
  mac=$(vm resolved '.nics[0].mac')
  id=$(virsh_on h1 domuuid resolved | xargs)
  define_rival "$mac"
  virsh_on h2 start rival
  expect_refused 4 roost start resolved
  expect_contains 'the refusal' "$errors" 'belongs to "rival", which runs on h2'
  virsh_on h1 dumpxml --inactive resolved >"$scratch/before.xml"
  expect_exit 0 roost mac resolve "$mac" --new-mac resolved
  next=$(vm resolved '.nics[0].mac')
  expect_different 'the MAC' "$mac" "$next"
  expect_contains 'the definition' "$(virsh_on h1 dumpxml --inactive resolved)" "$next"
  expect_equal 'the UUID' "$(virsh_on h1 domuuid resolved | xargs)" "$id"
  # Nothing else of the definition has changed but the mark's revision.
  virsh_on h1 dumpxml --inactive resolved | sed "s/$next/$mac/; s/revision=\"[0-9]*\"//; s/revision='[0-9]*'//" \
    >"$scratch/after.xml"
  expect_equal 'the rest of the definition' "$(sed "s/$next/$mac/g" "$scratch/after.xml")" \
    "$(sed "s/revision=\"[0-9]*\"//; s/revision='[0-9]*'//" "$scratch/before.xml")"
  expect_exit 0 roost start resolved
  eventually 10 is_running_on h1 resolved
}

test_a_running_duplicate_is_unplugged() {
  local mac
  mac=$(vm resolved '.nics[0].mac')
  roost start resolved
  define_rival "$mac"
  expect_refused 4 roost mac resolve "$mac" --link-down rival
  expect_contains 'the hint' "$errors" "virsh domif-setlink rival $mac down"
  expect_refused 4 roost mac resolve "$mac" --new-mac resolved
  expect_contains 'the refusal' "$errors" '"resolved"'
  expect_exit 0 roost mac resolve "$mac" --link-down resolved
  expect_contains 'the link' "$(virsh_on h1 domif-getlink resolved "$mac")" down
  is_running_on h1 resolved || fail 'the guest stopped'
}

test_a_duplicate_that_is_plugged_into_a_running_guest_is_told_of() {
  local mac event
  mac=$(vm resolved '.nics[0].mac')
  roost start resolved
  event=$(last_event)
  unmanaged_domain rival 52:54:00:33:03:01 | virsh_on h2 define /dev/stdin
  virsh_on h2 start rival
  # What is hot-plugged into this machine type: an adapter on USB, which needs no PCI bus.
  virsh_on h2 attach-device rival --live /dev/stdin <<XML
<interface type='network'><source network='default'/><mac address='$mac'/><model type='usb-net'/></interface>
XML
  eventually 5 mac_is "$mac" '.state == "conflict"'
  eventually 5 has_event "$event" ".kind == \"mac.conflict\" and (.message | test(\"$mac\"))"
}
