# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# What a deletion takes along, and that a living guest's disk is never removed: not under a guest that crashed and is
# kept, not under one that somebody started meanwhile, not under one of another host, and not by the word of an earlier
# request.
time_limit=180
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

shared=/srv/roost-deletion-test

before_all() {
  use_fleet
  after_all
  mkdir -p "$shared"
  grant h1 "disk_roots = [\"/var/lib/libvirt/images\", \"$shared\"]"
}

# before_each: what an earlier test that failed left goes.
before_each() {
  continue_all
  remove_domains h1 thief
  remove_domains h2 thief
  remove_vms_like '^(panicky|hasty|common|keepme|layered|idle|keeper)$'
}

after_all() {
  before_each
  rm -rf "$shared"
  grant h1
}

# pause WHAT / continue_all: stops a process of h1, by its file of the lab, and lets all go on.
pause() {
  local pid
  read -r pid _ <"$lab_folder/pids/h1-$1"
  kill -STOP "$pid"
}
continue_all() {
  local file pid
  for file in "$lab_folder"/pids/h1-{libvirtd,agent}; do
    [[ -e $file ]] || continue
    read -r pid _ <"$file"
    kill -CONT "$pid" 2>/dev/null || true
  done
}

# panicking_xml DISK: a guest whose boot sector tells QEMU that its kernel has panicked, and whom QEMU keeps then.
panicking_xml() {
  cat <<END
<domain type='qemu'>
  <name>panicky</name>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
  <on_crash>preserve</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='$1'/><target dev='hda' bus='ide'/>
    </disk>
    <panic model='isa'/>
  </devices>
</domain>
END
}

# domain_is HOST NAME STATE
domain_is() { [[ $(virsh_on "$1" domstate "$2") == "$3" ]]; }

test_delete_removes_the_domain_and_its_disks() {
  local disk
  create_small idle --host h2
  disk=$(disk_of h2 idle)
  has_file h2 "$disk" || fail 'it has no disk'
  expect_refused 9 roost delete idle --no-input
  has_vm idle || fail 'it was deleted without a yes'
  expect_exit 0 roost delete --yes idle
  ! has_file h2 "$disk" || fail 'its disk is left'
  ! is_defined_on h2 idle || fail 'the domain is left'
  lacks_vm idle || fail 'it is listed'
}

test_delete_of_one_that_runs_wants_force() {
  roost create idle --host h2 --vcpus 1 --memory 64MiB --disk 16MiB
  expect_refused 4 roost delete --yes idle
  expect_contains 'the refusal' "$errors" --force
  is_running_on h2 idle || fail 'it was stopped'
  expect_exit 0 roost delete --yes --force idle
  ! is_defined_on h2 idle || fail 'the domain is left'
}

test_disks_are_kept_on_request() {
  local disk
  create_small keeper --host h3
  disk=$(disk_of h3 keeper)
  expect_exit 0 roost delete --yes --keep-disks keeper
  ! is_defined_on h3 keeper || fail 'the domain is left'
  has_file h3 "$disk" || fail 'the disk is gone'
  on h3 rm "$disk"
}

test_a_guest_that_crashed_and_is_kept_counts_as_active() {
  local disk=$image_folder/panicky.raw pid
  panicking_xml "$disk" >"$scratch/panicky.xml"
  roost import "$scratch/panicky.xml" --create-disks 1MiB --host h1 --no-start
  # mov al, 1; mov dx, 0x505; out dx, al; hlt; jmp $-1
  printf '\xb0\x01\xba\x05\x05\xee\xf4\xeb\xfd' | on h1 dd of="$disk" conv=notrunc status=none
  printf '\x55\xaa' | on h1 dd of="$disk" bs=1 seek=510 conv=notrunc status=none
  roost start panicky
  eventually 30 domain_is h1 panicky crashed
  eventually 10 vm_is panicky '.state == "failed"'
  pid=$(qemu_pid h1 panicky)

  expect_refused 4 roost start panicky
  expect_contains 'the refusal' "$errors" crashed
  expect_refused 4 roost stop panicky
  expect_contains 'the hint' "$errors" 'roost stop --force panicky'
  expect_refused 4 roost delete --yes panicky
  expect_contains 'the sentence' "$errors" crashed
  has_file h1 "$disk" || fail 'its disk is gone'
  [[ -e /proc/$pid ]] || fail 'its QEMU is gone'

  expect_exit 0 roost stop --force panicky
  eventually 5 process_has_ended "$pid"
  expect_exit 0 roost delete --yes panicky
  ! has_file h1 "$disk" || fail 'its disk is still there'
}

test_a_guest_that_was_started_after_the_deletion_was_accepted_goes_on() {
  local disk operation identity
  create_small hasty --host h1
  disk=$(disk_of h1 hasty)
  pause agent
  operation=$(roost delete --yes --no-wait hasty)
  virsh_on h1 start hasty
  identity=$(identity_of "$(qemu_pid h1 hasty)")
  continue_all
  expect_exit 4 roost op wait "$operation"
  expect_contains 'why it failed' "$errors" running
  process_runs "$identity" || fail 'its QEMU is gone'
  has_file h1 "$disk" || fail 'its disk is gone'
  expect_exit 0 roost delete --yes --force hasty
  ! has_file h1 "$disk" || fail 'its disk is still there'
}

test_a_disk_that_a_guest_of_another_host_has_open_stays() {
  local disk=$shared/common.raw identity
  panicking_xml "$disk" | sed -e 's#panicky#common#' -e '/<panic/d' >"$scratch/common.xml"
  roost import "$scratch/common.xml" --create-disks 1MiB --host h1 --no-start
  unmanaged_domain thief 52:54:00:20:26:61 "$disk" | sed "s#type='qcow2'#type='raw'#" | virsh_on h2 define /dev/stdin
  virsh_on h2 start thief
  identity=$(identity_of "$(qemu_pid h2 thief)")
  expect_exit 4 roost delete --yes common
  expect_contains 'the sentence' "$errors" "$disk"
  expect_contains 'who has it' "$errors" qemu
  [[ -e $disk ]] || fail 'the disk is gone'
  is_defined_on h1 common || fail 'the definition is gone'
  process_runs "$identity" || fail 'the QEMU of h2 is gone'

  virsh_on h2 destroy thief
  virsh_on h2 undefine thief
  expect_exit 0 roost delete --yes common
  [[ ! -e $disk ]] || fail 'the disk is still there'
}

test_a_disk_that_another_domain_of_the_host_needs_stays() {
  local disk overlay=$image_folder/over.qcow2
  create_small common --host h1
  disk=$(disk_of h1 common)
  on h1 qemu-img create -q -f qcow2 -b "$disk" -F qcow2 "$overlay"
  unmanaged_domain thief 52:54:00:20:26:63 "$overlay" | virsh_on h1 define /dev/stdin
  expect_exit 4 roost delete --yes common
  expect_contains 'whose it is too' "$errors" thief
  has_file h1 "$disk" || fail 'the disk beneath an overlay is gone'
  virsh_on h1 undefine thief
  virsh_on h1 pool-refresh default
  unmanaged_domain thief 52:54:00:20:26:63 "$disk" \
    | sed "s#disk type='file'#disk type='volume'#; s#file='$disk'#pool='default' volume='${disk##*/}'#" \
    | virsh_on h1 define /dev/stdin
  expect_exit 4 roost delete --yes common
  expect_contains 'whose it is too' "$errors" thief
  has_file h1 "$disk" || fail 'the volume is gone'
  virsh_on h1 undefine thief
  eventually 10 roost delete --yes common
  ! has_file h1 "$disk" || fail 'the disk is still there'
  on h1 rm "$overlay"
}

test_a_file_that_another_domain_has_as_a_volume_is_nobody_elses() {
  local disk=$image_folder/volume.raw
  on h1 truncate -s 1M "$disk"
  virsh_on h1 pool-refresh default
  unmanaged_domain thief 52:54:00:20:26:64 "$disk" \
    | sed "s#type='qcow2'#type='raw'#; s#disk type='file'#disk type='volume'#
      s#file='$disk'#pool='default' volume='${disk##*/}'#" | virsh_on h1 define /dev/stdin
  panicking_xml "$disk" | sed 's#panicky#common#' >"$scratch/common.xml"
  expect_exit 4 roost import "$scratch/common.xml" --host h1 --no-start
  expect_contains 'whose it is' "$errors" thief
  virsh_on h1 undefine thief
  on h1 rm "$disk"
}

test_a_VM_that_another_host_has_too_is_not_deleted() {
  create_small common --host h1
  local disk
  disk=$(disk_of h1 common)
  unmanaged_domain thief 52:54:00:20:26:62 \
    | sed "s#<name>#<uuid>$(virsh_on h1 domuuid common | xargs)</uuid><name>#" | virsh_on h2 define /dev/stdin
  eventually 10 other_host_has common
  expect_refused 4 roost delete --yes common
  expect_contains 'the sentence' "$errors" h2
  expect_refused 4 roost delete --yes --keep-disks common
  has_file h1 "$disk" || fail 'the disk is gone'
  virsh_on h2 undefine thief
  eventually 10 roost delete --yes common
  ! has_file h1 "$disk" || fail 'the disk is still there'
}

other_host_has() { roost show "$1" -o json | jq -e '.duplicates | length > 0' >/dev/null; }

test_a_failed_deletion_does_not_decide_what_becomes_of_the_disks_later() {
  local disk
  create_small keepme --host h1
  disk=$(disk_of h1 keepme)
  pause libvirtd
  ! timeout 100 roost delete --yes keepme || fail 'it is deleted without libvirt'
  continue_all
  eventually 60 host_is h1 '.state == "ready"'
  eventually 30 vm_is keepme '.state == "stopped"'
  expect_exit 0 roost delete --yes --keep-disks keepme
  has_file h1 "$disk" || fail 'the disk is gone'
  expect_contains 'what it says' "$errors" "$disk"
  on h1 rm "$disk"
}

test_what_a_snapshot_began_is_shown_left_and_named() {
  local disk overlay=$image_folder/layered.snap1
  roost create layered --host h1 --image tiny --vcpus 1 --memory 128MiB
  eventually 20 is_running_on h1 layered
  disk=$(disk_of h1 layered)
  virsh_on h1 snapshot-create-as layered snap1 --disk-only --diskspec "vda,file=$overlay"
  eventually 70 shows layered "$overlay"
  expect_exit 0 roost delete --yes --force layered
  expect_contains 'what it says' "$errors" "$overlay"
  has_file h1 "$overlay" || fail 'the overlay is gone'
  ! has_file h1 "$disk" || fail 'the base is still there'
  on h1 rm "$overlay"
}

shows() { roost show "$1" | grep -qF "$2"; }
