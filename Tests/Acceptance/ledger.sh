# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The ledger with real libvirt: what is reserved by hand, what snapshots, saved states and DHCP servers hold, pools by
# network, the former owners of an address, the new home of a VM that virsh moved, and what is never started twice.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
}

after_all() {
  local host
  remove_keeper
  for host in h1 h2 h3; do remove_domains "$host" keeper grabber mover; done
  on h2 rm -f "$image_folder/keeper.qcow2"
  remove_vms mover pooled pushed other ranged speaker
  roost mac release 00:16:3e:00:20:00 >/dev/null 2>&1 || true
  roost mac pool delete --yes seed >/dev/null 2>&1 || true
  roost port range 5900-32767 >/dev/null 2>&1 || true
}

# make_keeper: a domain on h2 with one address in its snapshot, one in its saved state and one in its definition.
make_keeper() {
  remove_keeper
  on h2 qemu-img create -q -f qcow2 "$image_folder/keeper.qcow2" 16M
  unmanaged_domain keeper 52:54:00:31:00:01 "$image_folder/keeper.qcow2" | virsh_on h2 define /dev/stdin
  virsh_on h2 snapshot-create-as keeper before
  virsh_on h2 dumpxml --inactive keeper | sed s/52:54:00:31:00:01/52:54:00:31:00:02/ | virsh_on h2 define /dev/stdin
  virsh_on h2 start keeper
  virsh_on h2 managedsave keeper
  virsh_on h2 dumpxml --inactive keeper | sed s/52:54:00:31:00:02/52:54:00:31:00:03/ | virsh_on h2 define /dev/stdin
  local address
  for address in 52:54:00:31:00:0{1..3}; do
    eventually 10 report $address '.state == "observed" and .owner.vm == "keeper" and .owner.host == "h2"'
  done
}

remove_keeper() {
  is_defined_on h2 keeper || return 0
  virsh_on h2 managedsave-remove keeper
  virsh_on h2 snapshot-delete keeper before --metadata
  virsh_on h2 undefine keeper
}

# report MAC CONDITION: whether roost mac show tells something of the address that meets the condition.
report() { roost mac show "$1" -o json | jq -e "$2" >/dev/null; }

test_addresses_reserved_by_hand_are_given_to_nobody_until_they_are_released() {
  roost mac reserve 00-16-3E-00-20-00-00-16-3E-00-20-FF --for 'printers, room 3'
  expect_exit 0 roost mac list
  expect_contains 'the listing' "$output" '00:16:3e:00:20:00-00:16:3e:00:20:ff'
  expect_refused 4 roost create pooled --host h1 --memory 64MiB --disk 16MiB --no-start \
    --network default,mac=00:16:3e:00:20:77
  expect_contains 'the refusal' "$errors" 'printers, room 3'
  expect_refused 4 roost mac reserve 00:16:3e:00:20 --for more
  expect_contains 'the refusal' "$errors" 'printers, room 3'
  report 0016.3e00.2077 '.state == "reserved" and (.history | length) == 1' || fail 'mac show does not say so'
  expect_refused 4 roost mac release 00:16:3e:00:20:01
  expect_contains 'the hint' "$errors" 'roost mac release 00:16:3e:00:20:00-00:16:3e:00:20:ff'
  roost mac release 00:16:3e:00:20:00-00:16:3e:00:20:ff
  roost mac reserve 00:16:3e:00:20:00 --for scanner
  expect_refused 3 roost mac release 00:16:3e:00:20:01
  expect_refused 64 roost mac reserve 01:00:5e:00:00:01 --for x
  roost mac release 00:16:3e:00:20:00
}

test_a_quarantine_is_ended_by_hand_once_and_never_for_an_address_in_use() {
  local mac
  roost create pooled --host h1 --memory 64MiB --disk 16MiB --no-start --network default
  mac=$(vm pooled '.nics[0].mac')
  expect_refused 4 roost mac reclaim "$mac"
  expect_contains 'the refusal' "$errors" '"pooled"'
  roost delete --yes pooled
  expect_refused 4 roost create other --host h1 --memory 64MiB --disk 16MiB --no-start --network "default,mac=$mac"
  expect_contains 'the hint' "$errors" "roost mac reclaim $mac"
  expect_exit 0 roost mac reclaim "$mac"
  expect_contains 'the answer' "$output$errors" 'is free; "pooled" on h1 had it'
  expect_contains 'the event' "$(roost events)" "the quarantine of MAC $mac is ended"
  expect_refused 3 roost mac reclaim "$mac"
  expect_contains 'the refusal' "$errors" "$mac"
  expect_refused 3 roost mac reclaim 02:00:00:00:00:01
  expect_refused 64 roost mac reclaim 02:00
  expect_exit 0 roost create other --host h1 --memory 64MiB --disk 16MiB --no-start --network "default,mac=$mac"
  mac_is "$mac" '.owner.vm == "other"' || fail 'the ledger does not have the new owner'
  roost delete --yes other
}

test_a_pool_serves_its_network_and_says_how_full_it_is() {
  roost mac pool create seed --prefix 00:16:3e --network default
  roost create pooled --host h1 --memory 64MiB --disk 16MiB --no-start --network default
  expect_equal 'the prefix' "$(vm pooled '.nics[0].mac[0:8]')" 00:16:3e
  local pool
  pool=$(roost mac pool list -o json | jq -c '.[] | select(.name == "seed")')
  jq -e '.allocated >= 1 and .network == "default" and .size == 16777216 and .cursor >= 1' <<<"$pool" >/dev/null \
    || fail "the pool says $pool"
  expect_refused 4 roost mac pool create other --range 00:16:3e:00:00:00-00:16:3e:00:00:ff --label a=b
  expect_contains 'the refusal' "$errors" seed
  roost delete --yes pooled
  roost mac pool delete --yes seed
  expect_refused 4 roost mac pool delete --yes default
  roost mac pool list -o json | jq -e 'any(.[]; .name == "default")' >/dev/null || fail 'the pool of the fleet is gone'
}

test_addresses_in_snapshots_and_saved_states_count() {
  make_keeper
  local address
  for address in 52:54:00:31:00:0{1..3}; do
    expect_refused 4 create_small pooled --host h1 --network "default,mac=$address"
    expect_contains 'the refusal' "$errors" keeper
  done
}

test_who_had_an_address_is_told_when_the_domain_is_gone() {
  make_keeper
  remove_keeper
  eventually 10 report 52:54:00:31:00:03 '.state == "retired" and .owner.vm == "keeper" and .history[0].to != null'
  eventually 10 report 31:00:01 '.history[0].owner.host == "h2" and .history[0].network == "default"'
}

test_what_a_DHCP_server_keeps_is_reserved() {
  local host="<host mac='52:54:00:31:00:09' name='plotter' ip='192.168.122.99'/>"
  virsh_on h3 net-update default add ip-dhcp-host "$host" --live --config \
    || skip 'the network default is elsewhere here'
  lab stop-agent h3
  lab start-agent h3
  eventually 15 mac_is 52:54:00:31:00:09 '.state == "reserved" and .source == "dhcp" and .owner.host == "h3"'
  report 52:54:00:31:00:09 '.owner.vm | test("plotter") and test("default")' || fail 'the owner is not named'
  virsh_on h3 net-update default delete ip-dhcp-host "$host" --live --config
}

test_a_guest_is_found_by_its_addresses_and_each_says_how_it_is_known() {
  roost create speaker --image tiny --host h2 --memory 128MiB --network default --network bridge=kvmbr0
  local mac port ip
  mac=$(vm speaker '.nics[0].mac')
  port=$(vm speaker '.vnc.port')
  eventually 60 vm_is speaker 'any(.nics[].addresses[]; .source == "lease")'
  eventually 60 vm_is speaker 'any(.nics[].addresses[]; .source == "arp")'
  ip=$(vm speaker '[.nics[].addresses[] | select(.source == "lease")][0].ip')
  expect_equal 'found by MAC' "$(roost list --mac "${mac//:/-}" -o name)" speaker
  expect_equal 'found by a part' "$(roost list --mac "${mac:6}" -o name)" speaker
  expect_equal 'found by IP' "$(roost list --ip "$ip" -o name)" speaker
  expect_equal 'found by port' "$(roost list --port "$port" -o name)" speaker
  report "${mac:6}" '.places[0].running and .places[0].network == "default" and (.places[0].addresses | length) > 0' \
    || fail "mac show says $(roost mac show "$mac" -o json)"
}

test_a_VM_that_virsh_moves_takes_its_home_and_its_port_along() {
  roost create mover --host h1 --memory 64MiB --disk 16MiB --no-start
  local port event
  port=$(vm mover .vnc.port)
  event=$(last_event)
  virsh_on h1 dumpxml --inactive mover | virsh_on h2 define /dev/stdin
  eventually 10 vm_is mover '.managed and (.duplicates | length) == 1 and .duplicates[0].kind == "same_uuid"'
  expect_equal 'the home while it is seen twice' "$(vm mover 'select(.managed) | .host')" h1
  expect_refused 4 roost start mover
  expect_contains 'the refusal' "$errors" UUID
  expect_contains 'the refusal' "$errors" h2
  virsh_on h1 undefine mover
  eventually 10 vm_is mover '.managed and .host == "h2"'
  expect_equal 'the host of the port' "$(roost port show "$port" -o json | jq -r .host)" h2
  has_event "$event" '.kind == "vm.moved"' || fail 'no event tells of it'
  roost mac conflicts -o json | jq -e 'length == 0' >/dev/null || fail "conflicts stay: $(roost mac conflicts)"
}

test_a_guest_that_grabs_a_ledger_port_leads_to_another_port_and_not_to_a_failed_boot() {
  create_small pushed --host h3
  local port
  port=$(vm pushed .vnc.port)
  unmanaged_domain grabber 52:54:00:31:00:0a '' \
    "<graphics type='vnc' port='$port' autoport='no' listen='127.0.0.1'/>" | virsh_on h3 create /dev/stdin
  expect_exit 0 roost start pushed
  eventually 10 vm_is pushed ".state == \"running\" and .vnc.port != $port"
  expect_equal 'the port of QEMU' "$(virsh_on h3 vncdisplay pushed | sed 's/.*://' | xargs)" \
    "$(($(vm pushed .vnc.port) - 5900))"
  roost port show "$port" -o json | jq -e '.history | any(.vm == "pushed" and .until != null)' >/dev/null \
    || fail "the history of the port is $(roost port show "$port" -o json)"
}

test_the_range_of_VNC_ports_can_be_changed_and_is_warned_about() {
  expect_exit 0 roost port range 49152-49200
  expect_contains 'the warning' "$errors" migration
  create_small ranged --host h1
  expect_equal 'the port' "$(vm ranged .vnc.port)" 49152
  roost port range 5900-32767
  expect_equal 'the range' "$(roost port range -o json | jq -r '"\(.first)-\(.last)"')" 5900-32767
  expect_refused 64 roost port range 1-2
  expect_contains 'the refusal' "$errors" 1-2
}
