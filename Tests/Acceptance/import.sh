# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set variables
#
# The domain XML that people have, unchanged, becomes a VM of the fleet: it is placed on the host with its bridge,
# installs from a library image onto a new disk, boots from that disk, and is reached by console and VNC through the
# coordinator. Files that collide with it are refused.
time_limit=240
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

seed_vm=$(sed -n 's#.*<name>\(.*\)</name>.*#\1#p' "$(seed_file)")
seed_mac=$(sed -n 's#.*<mac address="\([^"]*\)".*#\1#p' "$(seed_file)")
desk=$fixtures/reception_desk.xml
desk_mac=00:16:3e:20:26:01

before_all() {
  use_fleet
  after_all
  # Addresses that a file brings along rest for a week before they may come back, to the same file too.
  ! mac_is "$seed_mac" '.state == "quarantined"' \
    || fail "this lab had the VM before and keeps its MAC in quarantine: deploy/lab down, then up"
  local status=0
  roost import "$(seed_file)" --create-disks 1GiB --cdrom tiny-installer --add-serial \
    >"$scratch/import-output" 2>&1 || status=$?
  cat "$scratch/import-output"
  ((status == 0)) || fail "roost import exits with $status"
  follow_console "$seed_vm"
  identity_of "$(qemu_pid h2 "$seed_vm")" >"$scratch/import-identity"
}

after_all() {
  [[ ! -e $scratch/$seed_vm.console-pid ]] || {
    kill "$(<"$scratch/$seed_vm.console-pid")" 2>/dev/null || true
    rm -f "$scratch/$seed_vm.console-pid"
  }
  remove_vms "$seed_vm" reception_desk back_office archive gate drawing_board
  [[ ! -e $lab_folder/hosts/h2/host.toml ]] || grant h2
}

test_the_file_is_as_people_write_them() {
  expect_contains 'its first lines' "$(head -n 2 "$(seed_file)")" '//'
  expect_contains 'its devices' "$(<"$(seed_file)")" '<emulator>/usr/libexec/qemu-kvm</emulator>'
}

test_it_is_placed_on_the_host_with_its_bridge_and_runs_in_virsh_there() {
  expect_equal 'its host' "$(vm "$seed_vm" .host)" h2
  expect_equal 'its state' "$(vm "$seed_vm" .state)" running
  expect_equal 'its certainty' "$(vm "$seed_vm" .certainty)" current
  expect_equal 'whether it is managed' "$(vm "$seed_vm" .managed)" true
  expect_contains 'virsh list on h2' "$(virsh_on h2 list --name --state-running)" "$seed_vm"
  local other
  for other in h1 h3; do expect_exit 1 virsh_on "$other" dominfo "$seed_vm"; done
  expect_equal 'its memory' "$(vm "$seed_vm" .memory_bytes)" $((4 << 30))
  expect_equal 'its processors' "$(vm "$seed_vm" .vcpus)" 8
}

test_it_keeps_its_MAC_and_has_one_port_that_nobody_else_has() {
  expect_equal 'its MAC in the listing' "$(vm "$seed_vm" '.nics | map(.mac) | join(" ")')" "$seed_mac"
  expect_equal 'its bridge' "$(vm "$seed_vm" '.nics[0].bridge')" kvmbr0
  local port
  port=$(vm "$seed_vm" .vnc.port)
  ((port >= 5900 && port <= 32767)) || fail "its port is $port"
  expect_exit 0 roost show "$seed_vm"
  expect_contains 'what roost show says' "$output" "$seed_mac"
  expect_contains 'what roost show says' "$output" "$port"
  expect_equal 'who has the port' \
    "$(roost port list -o json | jq -r --argjson port "$port" '.[] | select(.port == $port) | .vm')" "$seed_vm"
  mac_is "$seed_mac" ".state == \"allocated\" and .owner.vm == \"$seed_vm\" and .owner.host == \"h2\"" \
    || fail "the ledger says: $(roost mac show "$seed_mac" -o json)"
}

test_its_emulator_machine_and_accelerator_are_those_of_the_host() {
  local xml emulator
  xml=$(virsh_on h2 dumpxml "$seed_vm")
  emulator=$(sed -n 's#.*<emulator>\(.*\)</emulator>.*#\1#p' <<<"$xml")
  on h2 test -x "$emulator"
  expect_different 'the emulator' "$emulator" /usr/libexec/qemu-kvm
  # Where no guest can run under KVM, one that wants it if it can be had is emulated.
  if [[ $(host h2 .acceleration) == kvm ]]; then
    expect_contains 'the domain' "$xml" "<domain type='kvm'"
  else
    expect_contains 'the domain' "$xml" "<domain type='qemu'"
  fi
  expect_contains 'the machine type' "$xml" "machine='pc-i440fx"
}

test_what_roost_does_not_model_is_kept() {
  local xml part
  xml=$(virsh_on h2 dumpxml --inactive "$seed_vm")
  for part in '<pae/>' "<clock offset='localtime'" '<on_crash>destroy</on_crash>' "<boot dev='cdrom'/>" \
    "keymap='en-us'" "<target dev='hda' bus='ide'/>" "<target dev='hdb' bus='ide'/>"; do
    expect_contains 'the domain' "$xml" "$part"
  done
  expect_contains 'the mark of Roost' "$xml" "$(vm "$seed_vm" .id)"
}

test_VNC_listens_on_loopback_and_the_import_says_why() {
  local port
  port=$(vm "$seed_vm" .vnc.port)
  expect_equal 'the address in the listing' "$(vm "$seed_vm" .vnc.address)" 127.0.0.1
  expect_equal 'what listens on h2' "$(on h2 ss -Htln "sport = :$port" | awk '{ print $4 }')" "127.0.0.1:$port"
  expect_contains 'what the import said' "$(<"$scratch/import-output")" '0.0.0.0'
  expect_contains 'what the import said' "$(<"$scratch/import-output")" '--keep-vnc-listen'
}

# banner ADDRESS PORT: the first twelve bytes from the server there.
banner() {
  exec 4<>"/dev/tcp/$1/$2"
  timeout 10 head -c 11 <&4
  exec 4>&-
}

test_the_RFB_banner_is_readable_through_roost_vnc() {
  local tunnel address='' said=$scratch/vnc-output attempt
  roost vnc "$seed_vm" --listen 127.0.0.1:0 >"$said" 2>&1 &
  tunnel=$!
  for ((attempt = 0; attempt < 100; attempt++)); do
    address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$said" | head -n 1) && break
    kill -0 $tunnel 2>/dev/null || fail "roost vnc ended: $(<"$said")"
    sleep 0.1
  done
  [[ -n $address ]] || fail "roost vnc prints no address: $(<"$said")"
  expect_equal 'the banner' "$(banner 127.0.0.1 "${address#*:}")" 'RFB 003.008'
  # One tunnel serves a viewer that comes back.
  expect_equal 'the second banner' "$(banner 127.0.0.1 "${address#*:}")" 'RFB 003.008'
  kill -INT $tunnel
  eventually 10 process_has_ended $tunnel
}

test_the_guest_installs_itself_and_boots_again_from_its_disk() {
  eventually 180 guest_says "$seed_vm" 'roost-guest: installed'
  eventually 180 guest_says "$seed_vm" 'roost-guest: booted from disk'
  eventually 60 guest_says "$seed_vm" 'roost-guest: address 10.89.0.'
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h2 "$seed_vm")")" "$(<"$scratch/import-identity")"
}

test_the_serial_console_answers_through_roost_console() {
  # The guest works out the sum, so that the echo of what was typed cannot pass for an answer.
  # shellcheck disable=SC2016
  ask_guest "$seed_vm" 'echo answer $((20 + 22))' 'answer 42'
  # shellcheck disable=SC2016
  ask_guest "$seed_vm" 'while [ $(counter) -lt 3 ]; do sleep 1; done; counter --check' 'intact up to'
}

test_it_boots_from_its_disk_once_more_when_restarted() {
  local before
  before=$(grep -acF 'roost-guest: booted from disk' "$scratch/$seed_vm.console")
  roost restart --force "$seed_vm"
  eventually 120 guest_says "$seed_vm" 'roost-guest: booted from disk' $((before + 1))
  eventually 10 vm_is "$seed_vm" '.state == "running"'
}

test_a_console_is_left_by_its_key_and_taken_over_only_by_force() {
  expect_exit 4 roost console "$seed_vm"
  expect_contains 'the refusal' "$errors" --force
  leave_console "$seed_vm"
  # On a terminal of its own, as people have it: `script` makes one. The guest is asked, then Ctrl-] pressed.
  # shellcheck disable=SC2016
  {
    sleep 2
    printf '\r'
    sleep 1
    printf 'echo terminal $((40 + 4))\r'
    sleep 4
    printf '\x1d'
  } | timeout 60 script -qec "roost console $seed_vm" /dev/null >"$scratch/terminal" \
    || fail "it does not end well: $(<"$scratch/terminal")"
  grep -qa 'terminal 44' "$scratch/terminal" || fail "the terminal showed: $(<"$scratch/terminal")"
}

test_a_second_import_is_refused_by_name_and_changes_nothing() {
  local before
  before=$(what_stands)
  expect_refused 4 roost import "$(seed_file)" --create-disks 1GiB --cdrom tiny-installer --add-serial
  expect_contains 'the refusal' "$errors" "\"$seed_vm\""
  expect_contains 'the refusal' "$errors" h2
  expect_unchanged 'a second import' "$before"
  expect_exit 4 roost import "$(seed_file)" --create-disks 1GiB --new-macs -o json
  expect_equal 'the code of the refusal' "$(jq -r .error.code <<<"$errors")" conflict
  expect_unchanged 'a second import with new MACs' "$before"
}

test_a_dry_run_prints_the_decision_with_every_host_and_changes_nothing() {
  local before
  before=$(what_stands)
  expect_exit 0 roost import "$desk" --create-disks 64MiB --cdrom tiny-installer --dry-run -o json
  expect_equal 'the host chosen' "$(jq -r .host <<<"$output")" h2
  expect_equal 'the hosts refused' "$(jq -r '.refused | map(.host) | sort | join(" ")' <<<"$output")" 'h1 h3'
  expect_equal 'whether each refusal names the bridge' \
    "$(jq -r '[.refused[] | .detail | contains("kvmbr0")] | all' <<<"$output")" true
  expect_unchanged 'a dry run' "$before"
}

test_a_file_whose_bridge_is_nowhere_fits_no_host() {
  local before
  before=$(what_stands)
  expect_refused 5 roost import "$fixtures/archive.xml" --create-disks 64MiB --cdrom tiny-installer
  local name
  for name in h1 h2 h3 br-nowhere; do expect_contains 'the refusal' "$errors" $name; done
  expect_unchanged 'it' "$before"
}

test_disk_files_that_are_nowhere_are_named_for_each_host_and_nothing_changes() {
  local before
  before=$(what_stands)
  expect_refused 5 roost import "$desk" --cdrom tiny-installer --no-start
  expect_contains 'the refusal' "$errors" "$image_folder/reception.qcow2"
  expect_contains 'the refusal' "$errors" --create-disks
  expect_exit 5 roost import "$desk" --cdrom tiny-installer --dry-run -o json
  expect_equal 'the rule that refuses h2' "$(jq -r '.refused[] | select(.host == "h2") | .rule' <<<"$output")" files
  expect_exit 1 virsh_on h2 dominfo reception_desk
  expect_unchanged 'it' "$before"
}

# A copy of the desk's file for libvirt's own network, which every host has.
anywhere() {
  sed -e "s#<source bridge='kvmbr0'/>#<source network='default'/>#" -e "s#type='bridge'#type='network'#" "$desk"
}

test_without_new_disks_it_goes_to_the_host_that_has_its_files() {
  local file=$scratch/anywhere.xml host
  anywhere >"$file"
  for host in h3 h1; do
    on "$host" qemu-img create -q -f qcow2 "$image_folder/reception.qcow2" 64M
    expect_exit 0 roost import "$file" --cdrom tiny-installer --dry-run -o json
    expect_equal 'the host chosen' "$(jq -r .host <<<"$output")" "$host"
    expect_equal 'what refuses the others' "$(jq -r '[.refused[].rule] | unique | join(" ")' <<<"$output")" files
    expect_contains 'the reason' "$(jq -r '.refused[0].detail' <<<"$output")" "$image_folder/reception.qcow2"
    expect_exit 0 roost import "$file" --cdrom tiny-installer --no-start --new-macs
    expect_equal 'its host' "$(vm reception_desk .host)" "$host"
    remove_vms reception_desk
    # The file came with the VM and was not made by Roost: it stays.
    on "$host" test -e "$image_folder/reception.qcow2"
    on "$host" rm "$image_folder/reception.qcow2"
  done
}

test_a_file_without_a_serial_device_becomes_a_VM_whose_console_says_so() {
  expect_exit 0 roost import "$desk" --create-disks 64MiB --cdrom tiny-installer
  expect_contains 'what the import says' "$output$errors" --add-serial
  eventually 10 is_running_on h2 reception_desk
  local status=0
  roost console reception_desk >"$scratch/no-console" 2>&1 || status=$?
  ((status == 1 || status == 4)) || fail "roost console exits with $status"
  expect_contains 'what the console says' "$(<"$scratch/no-console")" 'no serial'
  expect_contains 'what the console says' "$(<"$scratch/no-console")" --add-serial
  expect_equal 'its MAC' "$(vm reception_desk '.nics[0].mac')" $desk_mac
  expect_contains 'its disk' "$(on h2 qemu-img info --force-share "$image_folder/reception.qcow2")" \
    'virtual size: 64 MiB'
}

test_a_MAC_that_is_taken_is_refused_by_its_owner_and_a_new_one_is_given_on_request() {
  local before mac
  has_vm reception_desk || roost import "$desk" --create-disks 64MiB --cdrom tiny-installer --no-start
  before=$(what_stands)
  expect_refused 4 roost import "$fixtures/back_office.xml" --create-disks 64MiB --cdrom tiny-installer --no-start
  expect_contains 'the refusal' "$errors" $desk_mac
  expect_contains 'the refusal' "$errors" reception_desk
  expect_unchanged 'it' "$before"
  expect_exit 0 roost import "$fixtures/back_office.xml" --create-disks 64MiB --cdrom tiny-installer --no-start \
    --new-macs
  mac=$(vm back_office '.nics[0].mac')
  expect_equal 'the first byte of the new MAC' "${mac%%:*}" 02
  expect_equal 'the MAC of the domain' "$(virsh_on h2 domiflist back_office | awk 'NF { print $5 }')" "$mac"
  expect_different 'the port' "$(vm back_office .vnc.port)" "$(vm reception_desk .vnc.port)"
}

test_of_many_displays_one_is_kept_and_nothing_else_listens() {
  local host port pid
  expect_exit 0 roost import "$fixtures/drawing_board.xml" --create-disks 16MiB
  expect_contains 'what the import says' "$output$errors" 'SPICE display is left out'
  expect_contains 'what the import says' "$output$errors" '1 more VNC display'
  expect_contains 'what the import says' "$output$errors" 'become pseudo-terminals'
  host=$(vm drawing_board .host)
  eventually 20 is_running_on "$host" drawing_board
  port=$(vm drawing_board .vnc.port)
  pid=$(qemu_pid "$host" drawing_board)
  expect_equal 'all that its QEMU listens on' \
    "$(on "$host" ss -Htlnp | grep "pid=$pid," | awk '{ print $4 }')" "127.0.0.1:$port"
  expect_different 'its port' "$port" 5940
  remove_vms drawing_board
}

test_VNC_listens_where_the_file_says_when_told_to() {
  remove_vms back_office
  local words=(--create-disks 64MiB --cdrom tiny-installer --no-start --new-macs --keep-vnc-listen)
  expect_exit 5 roost import "$fixtures/back_office.xml" "${words[@]}"
  expect_contains 'what its host lacks' "$errors" 'listen = ["0.0.0.0"]'
  grant h2 'listen = ["0.0.0.0"]'
  expect_exit 0 roost import "$fixtures/back_office.xml" "${words[@]}"
  expect_contains 'the domain' "$(virsh_on h2 dumpxml --inactive back_office)" "listen='0.0.0.0'"
}
