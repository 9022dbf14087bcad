# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The power of a VM: it boots from its image, pauses, stops, restarts and has its power cut, by one name or by many.
time_limit=200
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  roost create busy --image tiny --host h3 --vcpus 1 --memory 160MiB --network default
}

# before_each: busy runs, and its console is followed from its boot on.
before_each() {
  remove_vms_like '^(idle-firmware|idle-deaf|one|two)$'
  if ! is_running_on h3 busy || ! is_followed busy; then
    roost stop --force busy
    end_console busy
    roost start busy
    follow_console busy
  fi
  eventually 90 guest_says busy 'roost-guest# '
}

after_all() {
  end_console busy
  remove_vms_like '^(busy|idle-firmware|idle-deaf|one|two)$'
}

# is_followed VM: whether its console is.
is_followed() { [[ -e $scratch/$1.console-pid ]] && ! process_has_ended "$(<"$scratch/$1.console-pid")"; }

test_a_VM_made_from_an_image_boots_from_it() {
  eventually 90 guest_says busy 'roost-guest: booted from disk'
  expect_equal 'its state' "$(vm busy .state)" running
  local disk
  disk=$(virsh_on h3 domblklist busy | awk '/^ *vda/ { print $2 }')
  expect_contains 'its disk' "$(on h3 qemu-img info --force-share "$disk")" 'file format: qcow2'
  # The image itself must never be written to.
  local sum
  sum=$(roost image list -o json | jq -r '.[] | select(.name == "tiny") | .sha256')
  expect_equal 'the hash of the image in the library' "$sum" \
    "$(sha256sum <"${ROOST_GUEST_DIR:-$repository/.build/guest}/tiny.qcow2" | cut -d ' ' -f 1)"
}

test_the_address_that_the_guest_got_reaches_the_listing() {
  eventually 30 vm_is busy '.nics[0].ips | any(startswith("192.168.122."))'
}

test_pause_and_resume_keep_the_process() {
  local before
  before=$(identity_of "$(qemu_pid h3 busy)")
  expect_exit 0 roost pause busy
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" paused
  vm_is busy '.state == "paused"' || fail "it is $(vm busy .state)"
  expect_exit 0 roost resume busy
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" running
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
  expect_equal 'the process' "$(identity_of "$(qemu_pid h3 busy)")" "$before"
}

test_a_verb_repeated_is_harmless_and_one_out_of_place_is_refused() {
  expect_exit 0 roost start busy
  expect_exit 0 roost resume busy
  roost stop --force busy
  expect_refused 4 roost pause busy
  expect_contains 'the refusal' "$errors" 'it is stopped'
}

test_stop_asks_the_guest_and_start_boots_it_again() {
  eventually 60 guest_says busy 'roost-guest# '
  expect_exit 0 roost stop busy
  eventually 10 guest_says busy 'roost-guest: power button'
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" 'shut off'
  vm_is busy '.state == "stopped"' || fail "it is $(vm busy .state)"
  local port
  port=$(vm busy .vnc.port)
  expect_exit 0 roost start busy
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
  expect_equal 'its port after the restart' "$(vm busy .vnc.port)" "$port"
  expect_equal 'its port on the host' "$(virsh_on h3 vncdisplay busy | xargs)" "127.0.0.1:$((port - 5900))"
}

test_restart_asks_the_guest_and_returns_when_it_has_booted_again() {
  local process boots
  boots=$(grep -acF 'roost-guest: booted from disk' "$scratch/busy.console")
  # shellcheck disable=SC2016
  ask_guest busy 'echo once $((20 + 1))' 'once 21'
  process=$(identity_of "$(qemu_pid h3 busy)")
  expect_exit 0 roost restart busy
  # It is past the button when the command returns, and boots.
  eventually 5 guest_says busy 'roost-guest: power button'
  eventually 100 guest_says busy 'roost-guest: booted from disk' $((boots + 1))
  # shellcheck disable=SC2016
  ask_guest busy 'echo again $((40 + 2))' 'again 42'
  expect_equal 'the process' "$(identity_of "$(qemu_pid h3 busy)")" "$process"
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
}

test_a_guest_that_does_not_boot_again_in_time_is_told_of_and_left_running() {
  # Without anything to boot from the firmware waits, and hears no button.
  roost create idle-firmware --host h1 --vcpus 1 --memory 64MiB --disk 16MiB
  eventually 20 is_running_on h1 idle-firmware
  expect_refused 8 roost restart --within 3s idle-firmware
  expect_contains 'the refusal' "$errors" 'has not booted again'
  expect_contains 'the hint' "$errors" 'roost restart --force idle-firmware'
  is_running_on h1 idle-firmware || fail "virsh says $(virsh_on h1 domstate idle-firmware)"
  expect_exit 0 roost restart --force idle-firmware
}

test_stop_by_force_takes_the_place_of_a_stop_that_still_waits() {
  local waiter status=0 id
  roost create idle-deaf --host h1 --vcpus 1 --memory 64MiB --disk 16MiB
  eventually 20 is_running_on h1 idle-deaf
  roost restart --within 100s idle-deaf >"$scratch/waiting" 2>&1 &
  waiter=$!
  eventually 10 is_busy idle-deaf
  id=$(roost op list -o json | jq -r '.[] | select(.vm == "idle-deaf" and .state == "running").id')
  expect_exit 0 roost stop --force idle-deaf
  is_off h1 idle-deaf || fail "virsh says $(virsh_on h1 domstate idle-deaf)"
  wait $waiter || status=$?
  expect_equal 'the status of who waited' "$status" 4
  expect_contains 'what it said' "$(<"$scratch/waiting")" superseded
  expect_exit 0 roost op show "$id"
  expect_contains 'the operation' "$output" superseded
  # Nobody presses its button later: what is started stays as it is.
  expect_exit 0 roost start idle-deaf
  never 3 is_off h1 idle-deaf
}

is_busy() { roost op list -o json | jq -e --arg vm "$1" 'any(.[]; .vm == $vm and .state == "running")'; }

test_stop_by_force_cuts_the_power() {
  expect_exit 0 roost stop --force busy
  is_off h3 busy || fail "virsh says $(virsh_on h3 domstate busy)"
}

test_verbs_take_many_names_and_say_which_one_failed() {
  create_small one --host h1
  create_small two --host h2
  expect_exit 0 roost start one two
  is_running_on h1 one || fail 'one does not run'
  is_running_on h2 two || fail 'two does not run'
  expect_exit 2 roost stop --force one nobody-of-that-name two
  expect_contains 'the complaint' "$errors" nobody-of-that-name
  is_off h1 one || fail 'one runs'
  is_off h2 two || fail 'two runs'
}
