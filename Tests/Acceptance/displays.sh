# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# VNC displays that take no port of the fleet: on a socket, through which libvirt hands the agent a connection, and none
# at all; the fleet's default, changes of a VM that is off, VMs that virsh made, and a range that is used up.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
}

after_all() {
  remove_domains h1 socketed-pet
  remove_vms watched silent plain like-watched chosen changed full socketed-pet
  roost policy set vnc=port >/dev/null
  roost port range 5900-32767 >/dev/null 2>&1
}

before_each() { after_all; }

# banner_of VM: the first bytes of its display, through the tunnel of roost vnc.
banner_of() {
  local tunnel said=$scratch/vnc-$1 address
  roost vnc "$1" --listen 127.0.0.1:0 >"$said" 2>&1 &
  tunnel=$!
  eventually 10 grep -E '127\.0\.0\.1:[0-9]+' "$said"
  address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$said" | head -n 1)
  exec 4<>"/dev/tcp/127.0.0.1/${address#*:}"
  timeout 10 head -c 11 <&4
  exec 4>&-
  kill -INT $tunnel
  eventually 10 process_has_ended $tunnel
}

# ports_of VM: how many ports of the ledger it has.
ports_of() { roost port list -o json | jq --arg vm "$1" '[.[] | select(.vm == $vm)] | length'; }

# graphics_of HOST VM: its display as libvirt has it for its next start.
graphics_of() { virsh_on "$1" dumpxml --inactive "$2" | sed -n '/<graphics/,/<\/graphics>/p'; }

test_a_VM_with_a_socket_takes_no_port_and_is_reached_through_roost_vnc() {
  roost create watched --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --vnc socket
  expect_equal 'its display' "$(vm watched '.vnc | [.type, .port, .address] | tojson')" '["socket",null,null]'
  expect_equal 'its ports' "$(ports_of watched)" 0
  expect_contains 'what libvirt has' "$(graphics_of h1 watched)" "<listen type='socket'/>"
  expect_empty 'what QEMU listens at' \
    "$(on h1 ss -Hltnp | grep "pid=$(qemu_pid h1 watched)," || true)"
  expect_equal 'the banner' "$(banner_of watched)" 'RFB 003.008'
  # The descriptor of the first viewer is closed, and libvirt hands out another.
  expect_equal 'the second banner' "$(banner_of watched)" 'RFB 003.008'
  expect_exit 0 roost show watched
  expect_contains 'the view' "$output" 'a socket on h1'
  expect_equal 'its notes' "$(vm watched '.notes | length')" 0
}

test_a_VM_at_a_port_is_reached_as_before() {
  roost create plain --host h1 --vcpus 1 --memory 64MiB --disk 16MiB
  expect_equal 'its ports' "$(ports_of plain)" 1
  expect_equal 'its display' "$(vm plain .vnc.type)" port
  expect_equal 'the banner' "$(banner_of plain)" 'RFB 003.008'
}

test_a_VM_without_a_display_says_how_to_get_one() {
  create_small silent --host h1 --vnc none
  roost start silent
  expect_equal 'its display' "$(vm silent '.vnc | tojson')" null
  expect_equal 'its ports' "$(ports_of silent)" 0
  expect_empty 'what libvirt has' "$(graphics_of h1 silent)"
  expect_refused 4 roost vnc silent
  expect_contains 'the hint' "$errors" 'roost set silent vnc=socket'
}

test_the_file_of_a_VM_keeps_its_display_whatever_the_default_is() {
  create_small watched --host h1 --vnc socket
  roost show watched -o yaml | sed 's/^name: watched/name: like-watched/' >"$scratch/watched.yaml"
  expect_contains 'the file' "$(<"$scratch/watched.yaml")" 'vnc: socket'
  roost create -f "$scratch/watched.yaml" --host h1 --no-start
  expect_equal 'its display' "$(vm like-watched .vnc.type)" socket
  roost policy set vnc=socket
  create_small plain --host h1
  expect_equal 'the display of a VM that does not choose' "$(vm plain .vnc.type)" socket
  create_small chosen --host h1 --vnc port
  expect_equal 'the display of a VM that chooses' "$(vm chosen .vnc.type)" port
  expect_exit 0 roost policy show -o json
  expect_equal 'the policy' "$(jq -r .vnc <<<"$output")" socket
}

test_a_VM_that_is_off_changes_its_display_and_its_port_is_free_then() {
  create_small changed --host h1
  local port
  port=$(vm changed .vnc.port)
  roost start changed
  expect_refused 4 roost set changed vnc=socket
  expect_contains 'the hint' "$errors" 'roost stop changed'
  expect_equal 'its port' "$(vm changed .vnc.port)" "$port"
  roost stop --force changed
  expect_exit 0 roost set changed vnc=socket
  expect_equal 'its ports' "$(ports_of changed)" 0
  create_small plain --host h2
  expect_equal 'the port of the next VM' "$(vm plain .vnc.port)" "$port"
  roost start changed
  expect_equal 'the banner' "$(banner_of changed)" 'RFB 003.008'
  roost stop --force changed
  roost set changed vnc=none
  expect_empty 'what libvirt has' "$(graphics_of h1 changed)"
  roost set changed vnc=port
  expect_equal 'its ports' "$(ports_of changed)" 1
  roost start changed
  expect_equal 'the banner' "$(banner_of changed)" 'RFB 003.008'
  expect_equal 'its notes' "$(vm changed '.notes | length')" 0
}

test_a_socket_that_virsh_made_is_adopted_and_reached() {
  unmanaged_domain socketed-pet 52:54:00:31:00:77 '' "<graphics type='vnc'><listen type='socket'/></graphics>" \
    | virsh_on h1 define /dev/stdin
  virsh_on h1 start socketed-pet
  eventually 5 has_vm socketed-pet
  roost adopt socketed-pet --host h1
  expect_equal 'its display' "$(vm socketed-pet .vnc.type)" socket
  expect_equal 'its ports' "$(ports_of socketed-pet)" 0
  expect_equal 'the banner' "$(banner_of socketed-pet)" 'RFB 003.008'
}

test_a_range_that_is_used_up_names_both_ways_out() {
  local first
  first=$(($(roost port list -o json | jq 'map(.port) | max // 5899') + 1))
  roost port range "$first-$first" >/dev/null 2>&1
  create_small full --host h1
  expect_exit 0 roost status
  expect_contains 'the status' "$output" 'used up'
  local status=0
  errors=$(create_small plain --host h1 2>&1 >/dev/null) || status=$?
  expect_different 'the exit status' "$status" 0
  expect_contains 'the hint' "$errors" 'roost port range'
  expect_contains 'the hint' "$errors" '--vnc socket'
  create_small plain --host h1 --vnc socket
  expect_equal 'its display' "$(vm plain .vnc.type)" socket
}
