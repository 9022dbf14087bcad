# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh and the runner read and set variables
#
# The lab itself: that its hosts are real, that `up` repairs and `down` leaves nothing, and that the guest boots.
#
# It runs as a second lab, without Roost, beside the one that other tests use.
time_limit=240
export ROOST_LAB_PREFIX=labtest
unset ROOST_LAB_DIR
lab_folder=/var/lib/labtest-lab

before_all() {
  lab down
  surroundings >/tmp/labtest-surroundings
  lab up 2 --bare
}

# before_each: both hosts are up and joined, whatever an earlier test left.
before_each() {
  lab up 2 --bare
  lab rejoin h2
}

after_all() {
  lab down
  rm -f /tmp/labtest-surroundings
}

# surroundings: what of this machine a lab could disturb.
surroundings() {
  ip -oneline link show | grep -v '^[0-9]*: veth' | cut -d ' ' -f 2,3
  ip -oneline address show | awk '{ print $2, $4 }'
  grep -v '/run/netns' /proc/self/mountinfo | cut -d ' ' -f 5
  sysctl net.ipv4.ip_forward 2>/dev/null || cat /proc/sys/net/ipv4/ip_forward
}

# guest_xml NAME DISK: a virtio guest that boots from its disk; what it says on its serial line is kept in a file.
guest_xml() {
  cat <<END
<domain type='qemu'>
  <name>$1</name>
  <memory unit='MiB'>160</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='$2'/><target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <serial type='pty'><log file='/var/log/libvirt/qemu/$1-serial.log'/></serial>
  </devices>
</domain>
END
}

# serial_says HOST VM TEXT
serial_says() { grep -qF "$3" "$lab_folder/hosts/$1/log-libvirt/qemu/$2-serial.log"; }

# ask HOST VM LINE ANSWER: types a line on the guest's serial console and waits for the answer. The terminal stays
# open until then, and is read, because QEMU listens only while a reader has it open.
ask() {
  local terminal reader
  terminal=$(virsh_on "$1" ttyconsole "$2")
  exec 3<>"$terminal"
  cat <&3 >/dev/null &
  reader=$!
  printf '%s\n' "$3" >&3
  eventually 60 serial_says "$1" "$2" "$4"
  kill "$reader"
  exec 3>&-
}

overlay() { on "$1" qemu-img create -q -f qcow2 -F qcow2 -b /var/lib/libvirt/images/tiny.qcow2 "$2"; }

# start_disk_guest: a guest on h1 with a disk of its own, from its power on; what it says is new.
start_disk_guest() {
  local disk=/var/lib/libvirt/images/disk-guest.qcow2
  if ! is_defined_on h1 disk-guest; then
    overlay h1 $disk
    guest_xml disk-guest $disk | virsh_on h1 define /dev/stdin
  fi
  virsh_on h1 destroy disk-guest >/dev/null 2>&1 || true
  on h1 truncate --size 0 /var/log/libvirt/qemu/disk-guest-serial.log 2>/dev/null || true
  virsh_on h1 start disk-guest
  eventually 90 serial_says h1 disk-guest 'roost-guest# '
}

# start_plain_guest: some guest runs on h2.
start_plain_guest() {
  is_defined_on h2 plain-guest \
    || guest_xml plain-guest /var/lib/libvirt/images/tiny.qcow2 | virsh_on h2 define /dev/stdin
  is_running_on h2 plain-guest || virsh_on h2 start plain-guest
}

test_each_host_has_its_own_libvirtd_network_and_pool() {
  local host
  for host in h1 h2; do
    expect_equal "the networks of $host" "$(virsh_on "$host" net-list --name --autostart | xargs)" default
    expect_contains "the pools of $host" "$(virsh_on "$host" pool-list --name --autostart)" default
    expect_equal "the host name of $host" "$(virsh_on "$host" hostname)" "$host"
  done
}

test_hosts_differ_in_every_identity() {
  local file
  expect_different 'the UUID' "$(virsh_on h1 capabilities | grep -m 1 '<uuid>')" \
    "$(virsh_on h2 capabilities | grep -m 1 '<uuid>')"
  for file in /etc/machine-id /proc/sys/kernel/random/boot_id; do
    expect_different "$file" "$(on h1 cat $file)" "$(on h2 cat $file)"
    expect_different "$file of the machine" "$(cat $file)" "$(on h1 cat $file)"
  done
}

test_a_second_up_has_nothing_to_mend() {
  expect_exit 0 lab up --bare
  expect_contains 'its last word' "$errors" 'nothing to mend'
  expect_exit 0 lab status
}

test_up_mends_what_was_lost() {
  local before after
  before=$(<"$lab_folder/pids/h2-libvirtd")
  lab kill-libvirtd h1
  ip -n labtest-h2 link delete kvmbr0
  ip -n labtest-lab-net link delete h1
  expect_exit 1 lab status
  expect_exit 0 lab up --bare
  expect_contains 'what it says' "$errors" 'started libvirtd on h1'
  expect_contains 'what it says' "$errors" 'made bridge kvmbr0 on h2'
  expect_exit 0 lab status
  after=$(<"$lab_folder/pids/h2-libvirtd")
  expect_equal 'the libvirtd that was well' "$after" "$before"
}

test_the_bridge_of_the_seed_is_on_h2_alone() {
  on h2 test -d /sys/class/net/kvmbr0/bridge
  expect_exit 1 on h1 test -e /sys/class/net/kvmbr0
}

test_hosts_reach_each_other_until_one_is_isolated() {
  on h1 busybox ping -c 1 -w 5 10.88.0.12
  lab isolate h2
  expect_exit 1 on h1 busybox ping -c 1 -w 1 -W 1 10.88.0.12
  lab rejoin h2
  eventually 5 on h1 busybox ping -c 1 -w 1 -W 1 10.88.0.12
}

test_the_guest_boots_from_its_disk_answers_and_obeys_the_power_button() {
  start_disk_guest
  serial_says h1 disk-guest 'roost-guest: booted from disk' || fail 'it did not boot from its disk'
  eventually 30 serial_says h1 disk-guest 'roost-guest: address 192.168.122.'
  # Sums are worked out by the guest, so that the echo of what was typed cannot pass for an answer.
  # shellcheck disable=SC2016
  ask h1 disk-guest 'echo answer $((20 + 22))' 'answer 42'
  virsh_on h1 shutdown disk-guest
  eventually 60 is_off h1 disk-guest
}

test_the_guest_counts_on_where_it_was_when_its_power_went() {
  start_disk_guest
  # shellcheck disable=SC2016
  ask h1 disk-guest 'while [ $(counter) -lt 5 ]; do sleep 1; done; echo reached $((2 + 3))' 'reached 5'
  start_disk_guest
  local counter
  counter=$(sed -n 's/.*roost-guest: counter \([0-9]*\).*/\1/p' \
    "$lab_folder/hosts/h1/log-libvirt/qemu/disk-guest-serial.log")
  ((counter >= 5)) || fail "the counter fell to $counter"
  ask h1 disk-guest 'counter --check' 'intact up to'
  virsh_on h1 destroy disk-guest
}

# The example's XML for a machine without KVM, with a serial console; all else as it stands there.
seed_xml() {
  sed -e 's#[[:space:]]//.*##' -e "s#type='kvm'#type='qemu'#" -e '/<emulator>/d' -e 's#debian.iso#tiny-installer.iso#' \
    -e "s#<input#<serial type='pty'><log file='/var/log/libvirt/qemu/front_desk-serial.log'/></serial><input#" \
    "$repository/deploy/examples/front_desk.xml"
}

test_the_installer_installs_then_boots_the_disk_though_the_cdrom_comes_first() {
  on h2 qemu-img create -q -f qcow2 /var/lib/libvirt/images/front_desk.qcow2 1G
  seed_xml | virsh_on h2 define /dev/stdin
  virsh_on h2 start front_desk
  local before
  before=$(identity_of "$(qemu_pid h2 front_desk)")
  eventually 120 serial_says h2 front_desk 'roost-guest: booted from cdrom'
  eventually 60 serial_says h2 front_desk 'roost-guest: installed'
  eventually 120 serial_says h2 front_desk 'roost-guest: booted from disk'
  eventually 30 serial_says h2 front_desk 'roost-guest: address 10.89.0.'
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h2 front_desk)")" "$before"
}

test_a_libvirtd_that_dies_leaves_its_guests_running() {
  local before
  start_plain_guest
  before=$(identity_of "$(qemu_pid h2 plain-guest)")
  lab kill-libvirtd h2
  expect_contains 'the status' "$(lab status || true)" 'unknown, libvirtd is down'
  lab start-libvirtd h2
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h2 plain-guest)")" "$before"
  expect_equal 'its state' "$(virsh_on h2 domstate plain-guest)" running
}

test_a_host_without_power_loses_its_guests_and_gets_a_new_boot_id() {
  local before pid
  start_plain_guest
  before=$(on h2 cat /proc/sys/kernel/random/boot_id)
  pid=$(qemu_pid h2 plain-guest)
  lab power-off h2
  process_has_ended "$pid" || fail 'its guest lives on'
  lab power-on h2
  expect_different 'the boot id' "$(on h2 cat /proc/sys/kernel/random/boot_id)" "$before"
  expect_equal 'the state of its guest' "$(virsh_on h2 domstate plain-guest)" 'shut off'
  expect_equal 'its networks' "$(virsh_on h2 net-list --name | xargs)" default
}

test_exec_keeps_the_folder_unless_the_host_sees_another_there() {
  cd "$repository/deploy" || exit
  expect_equal "the folder" "$(on h1 pwd)" "$repository/deploy"
  cd /run || exit
  expect_equal "the folder" "$(on h1 pwd)" /
}

test_wrong_usage_is_refused() {
  expect_exit 64 lab up none
  expect_contains 'the refusal' "$errors" none
  expect_exit 64 lab dance
  expect_contains 'the refusal' "$errors" dance
  expect_exit 3 lab isolate h9
  expect_contains 'the refusal' "$errors" h9
  expect_exit 3 lab exec h9 true
  expect_contains 'the refusal' "$errors" h9
  expect_exit 4 lab up 1 --bare
  expect_contains 'the refusal' "$errors" 'error: '
}

# elsewhere COMMAND…: in a mount namespace that does not see the lab's network namespaces, as another container would.
elsewhere() {
  # shellcheck disable=SC2016
  unshare --mount --propagation private bash -c '
    for namespace in /run/netns/labtest-*; do umount "$namespace"; done
    exec "$@"' elsewhere "$@"
}

test_up_leaves_a_lab_alone_that_is_up_in_another_mount_namespace_or_folder() {
  local before verb
  before=$(cat "$lab_folder"/pids/*)
  expect_exit 4 elsewhere "$repository/deploy/lab" up --bare
  expect_contains 'the refusal' "$errors" 'the prefix labtest is in use by a lab in another mount namespace'
  for verb in up down; do
    expect_exit 4 env ROOST_LAB_DIR=/tmp/labtest-second "$repository/deploy/lab" $verb
    expect_contains 'the refusal' "$errors" "the prefix labtest is in use by the lab in $lab_folder"
  done
  [[ ! -e /tmp/labtest-second ]] || fail 'it made a folder'
  expect_equal 'its processes' "$(cat "$lab_folder"/pids/*)" "$before"
  expect_exit 0 lab status
  on h1 busybox ping -c 1 -w 5 10.88.0.12
}

test_down_ends_a_lab_of_another_mount_namespace_and_nothing_that_is_not_its_own() {
  local started stranger
  guest_xml left-behind /var/lib/libvirt/images/tiny.qcow2 | virsh_on h2 create /dev/stdin
  mapfile -t started < <(for name in h1 h2; do ip netns pids "labtest-$name"; done)
  started+=("$(qemu_pid h2 left-behind)")
  unshare --net sleep 300 &
  stranger=$!
  expect_exit 0 elsewhere "$repository/deploy/lab" down
  expect_empty 'what is left of the lab' "$(remains "${started[@]}")"
  [[ -d /proc/$stranger ]] || fail 'it ended a process that is not its own'
  kill "$stranger"
  expect_exit 0 lab up 2 --bare
}

# remains: processes, namespaces, mounts and files of this lab.
remains() {
  ip netns list | grep labtest || true
  grep labtest /proc/self/mountinfo || true
  local pid
  for pid in "$@"; do
    process_has_ended "$pid" || echo "process $pid"
  done
  [[ ! -e $lab_folder ]] || echo "$lab_folder"
}

test_down_leaves_nothing_behind_even_after_a_crash() {
  local started
  guest_xml left-alone /var/lib/libvirt/images/tiny.qcow2 | virsh_on h1 create /dev/stdin
  mapfile -t started < <(for name in lab-net h1 h2; do ip netns pids "labtest-$name"; done)
  ((${#started[@]} >= 8)) || fail "only ${#started[@]} processes run in the lab"
  # A crash: the processes that hold the hosts together are gone, and so are the notes about what was started.
  lab kill-libvirtd h1
  kill -KILL "$(cut -d ' ' -f 1 "$lab_folder/pids/h1-holder")"
  rm -r "$lab_folder/pids"
  expect_exit 0 lab down
  expect_empty 'what is left of the lab' "$(remains "${started[@]}")"
  expect_empty 'what changed on this machine' "$(surroundings | diff - /tmp/labtest-surroundings || true)"
  expect_exit 0 lab down
  expect_contains 'a second down' "$errors" 'no lab was up'
}

test_down_does_not_remove_a_folder_that_is_not_a_lab() {
  local folder
  folder=$(mktemp -d)
  touch "$folder/precious"
  expect_exit 1 env ROOST_LAB_DIR="$folder" "$repository/deploy/lab" down
  expect_contains 'the refusal' "$errors" "$folder"
  [[ -e $folder/precious ]] || fail 'it removed a folder of somebody else'
  rm -r "$folder"
}
