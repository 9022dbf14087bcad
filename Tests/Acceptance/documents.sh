# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set variables
#
# Documents from people's machines: read as libvirt reads them, carried where Roost does not model them, and refused by
# a rule, with every host's reason, where no host has what they ask for. Nothing of a refusal stays behind.
time_limit=240
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

names=(nebula-71 solver kiosk-a kiosk-b accounting recorder registry design-desk sensor-lab mill till-7 packet-engine
  cluster-a cluster-b kitchen half-a-solver kiln)

before_all() {
  use_fleet
  tidy
  local host
  for host in h1 h2 h3; do
    grant "$host" 'passthrough = true' 'network_disks = true' 'host_interfaces = true' 'file_systems = true' \
      'boot_files = true' 'qemu_arguments = true' 'other_elements = true'
  done
}

after_all() {
  tidy
  local host
  for host in h1 h2 h3; do grant "$host"; done
}

tidy() {
  remove_vms "${names[@]}"
  local host
  for host in h1 h2 h3; do
    on "$host" rm -f "$image_folder/quorum.img" "$image_folder/quorum-link.img" "$image_folder/code.fd" \
      "$image_folder/vars.fd" "$image_folder/mill.vfd" "$image_folder/mill.qcow2" "$image_folder/kiln.qcow2"
  done
  remove_domains h1 'Home Assistant (Küche)'
}

# document NAME DEVICES [HEAD] [OS]: a small domain in a file, whose path is printed.
document() {
  local file=$scratch/$1.xml
  cat >"$file" <<XML
<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>$1</name>
<memory unit='MiB'>64</memory><vcpu>2</vcpu>${3-}
${4-<os><type arch='x86_64' machine='pc'>hvm</type></os>}
<devices>$2</devices></domain>
XML
  echo "$file"
}

nic() { echo "<interface type='network'><mac address='$1'/><source network='default'/></interface>"; }

# rule_of FILE [OPTION…]: the rules by which a dry run refuses hosts, each once.
rule_of() {
  roost import "$@" --dry-run -o json 2>/dev/null | jq -r '[.refused[].rule] | unique | join(" ")' || true
}

test_two_devices_elements_are_one_machine() {
  local file
  file=$(document nebula-71 "$(nic 52:54:00:5e:00:01)<graphics type='vnc' listen='0.0.0.0' port='5971'/></devices>
    <devices>$(nic 52:54:00:5e:00:02)")
  expect_exit 0 roost import "$file" --no-start
  expect_equal 'its addresses' "$(vm nebula-71 '.nics | map(.mac) | join(" ")')" '52:54:00:5e:00:01 52:54:00:5e:00:02'
  local text
  text=$(virsh_on "$(vm nebula-71 .host)" dumpxml --inactive nebula-71)
  [[ $text != *0.0.0.0* && $text != *5971* ]] || fail 'its display listens where the file says'
  expect_refused 4 roost import "$file" --no-start --name other
  expect_contains 'the refusal' "$errors" nebula-71
}

test_without_KVM_cells_and_topology_stay() {
  local file
  file=$(document solver '' "<cpu mode='host-passthrough' check='none' migratable='on'>
    <topology sockets='1' cores='2' threads='1'/>
    <numa><cell id='0' cpus='0-1' memory='64' unit='MiB' memAccess='shared'/></numa></cpu>")
  expect_exit 0 roost import "$file" --no-start
  expect_contains 'its domain' "$(virsh_on "$(vm solver .host)" dumpxml --inactive solver)" "memAccess='shared'"
}

test_what_no_host_has_is_refused_by_the_rule_of_its_kind() {
  expect_equal 'the rule for a TPM' "$(rule_of "$(document accounting \
    "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>")")" tpm
  expect_equal 'the rule for a PCI device' "$(rule_of "$(document recorder "<hostdev mode='subsystem' type='pci'
    managed='yes'><source><address domain='0x0000' bus='0xfb' slot='0x00' function='0x0'/></source></hostdev>")")" pci
  expect_equal 'the rule for pins' "$(rule_of "$(document packet-engine '' \
    "<cputune><vcpupin vcpu='0' cpuset='1020'/></cputune>")")" cpus
  expect_equal 'the rule for huge pages' "$(rule_of "$(document packet-engine '' \
    "<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>")")" hugepages
  expect_equal 'the rule for a share' "$(rule_of "$(document render "<filesystem type='mount'>
    <source dir='/srv/nowhere'/><target dir='assets'/></filesystem>")")" directory
  expect_refused 5 roost import "$(document recorder "<hostdev mode='subsystem' type='pci' managed='yes'><source>
    <address domain='0x0000' bus='0xfb' slot='0x00' function='0x0'/></source></hostdev>")"
  expect_contains 'the refusal' "$errors" 0000:fb:00.0
}

test_what_a_run_left_in_a_dump_goes() {
  local file text
  file=$(document registry "$(nic 52:54:00:5e:00:0a)<channel type='unix'>
    <source mode='bind' path='/run/libvirt/qemu/channel/5-registry/org.qemu.guest_agent.0'/>
    <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/><alias name='channel0'/></channel>")
  sed -i "s/<domain type='kvm'/<domain type='kvm' id='5'/" "$file"
  expect_exit 0 roost import "$file" --no-start
  text=$(virsh_on "$(vm registry .host)" dumpxml --inactive registry)
  [[ $text != *5-registry* ]] || fail 'the socket of the run is still there'
  expect_contains 'its domain' "$text" org.qemu.guest_agent.0
}

test_SPICE_with_an_accelerated_adapter_becomes_a_VM_that_starts() {
  local file
  file=$(document design-desk "<graphics type='spice'><listen type='none'/><gl enable='yes'/></graphics>
    <video><model type='virtio'><acceleration accel3d='yes'/></model></video>
    <redirdev bus='usb' type='spicevmc'/>")
  expect_exit 0 roost import "$file"
  expect_contains 'what the import says' "$output$errors" 'draws by itself'
  eventually 20 is_running_on "$(vm design-desk .host)" design-desk
}

test_an_address_in_arguments_for_QEMU_counts_like_any_other() {
  local file
  file=$(document sensor-lab "</devices><q:commandline><q:arg value='-device'/>
    <q:arg value='e1000,mac=52:54:00:5E:00:0C'/></q:commandline><devices>")
  expect_exit 0 roost import "$file" --no-start
  mac_is 52:54:00:5e:00:0c '.owner.vm == "sensor-lab"' || fail 'the ledger does not have it'
  expect_refused 4 roost import "$file" --no-start --name other
  expect_contains 'the refusal' "$errors" 52:54:00:5e:00:0c
}

test_floppies_network_drives_and_volumes_are_carried() {
  local file text
  on h1 qemu-img create -q -f raw "$image_folder/mill.vfd" 1440K
  on h1 qemu-img create -q -f qcow2 "$image_folder/mill.qcow2" 1M
  file=$(document mill "<disk type='file' device='floppy'><driver name='qemu' type='raw'/>
    <source file='$image_folder/mill.vfd'/><target dev='fda' bus='fdc'/></disk>
    <disk type='network' device='cdrom'><driver name='qemu' type='raw'/>
    <source protocol='http' name='/iso/setup.iso'><host name='mirror.example.net' port='80'/></source>
    <target dev='hdc' bus='ide'/></disk>
    <disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>
    <source pool='default' volume='mill.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='user'><mac address='52:54:00:5e:00:0d'/></interface>")
  expect_exit 0 roost import "$file" --no-start
  text=$(virsh_on h1 dumpxml --inactive mill)
  for word in mill.vfd mirror.example.net "volume='mill.qcow2'" "type='user'"; do
    expect_contains 'its domain' "$text" "$word"
  done
  mac_is 52:54:00:5e:00:0d '.owner.vm == "mill"' || fail 'the ledger does not have its address'
}

test_a_volume_that_libvirt_has_not_seen_yet_is_found_when_its_VM_starts() {
  local file
  on h1 qemu-img create -q -f qcow2 "$image_folder/kiln.qcow2" 1M
  if virsh_on h1 vol-list default | grep -q kiln; then fail 'libvirt knows the volume already'; fi
  file=$(document kiln "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>
    <source pool='default' volume='kiln.qcow2'/><target dev='vda' bus='virtio'/></disk>")
  expect_exit 0 roost import "$file"
  is_running_on h1 kiln || fail 'it does not run'
  expect_exit 0 roost stop --force kiln
  on h1 rm "$image_folder/kiln.qcow2"
  virsh_on h1 pool-refresh default
  expect_refused 4 roost start kiln
  expect_contains 'the refusal' "$errors" 'the volume kiln.qcow2 of the pool default'
  expect_exit 0 roost delete --yes kiln
}

test_a_dry_run_tells_of_a_missing_volume_and_of_a_missing_device() {
  local volume device name
  volume=$(document till-7 "<disk type='volume' device='disk'><driver name='qemu' type='qcow2'/>
    <source pool='default' volume='till-7.qcow2'/><target dev='vda' bus='virtio'/></disk>")
  expect_equal 'the rule for a volume' "$(rule_of "$volume")" volume
  device=$(document studio-desk "<graphics type='vnc' port='-1' listen='127.0.0.1'/><graphics type='egl-headless'>
    <gl rendernode='/dev/dri/renderD191'/></graphics>")
  expect_equal 'the rule for a device' "$(rule_of "$device")" file
  expect_refused 5 roost import "$device"
  expect_contains 'the refusal' "$errors" /dev/dri/renderD191
  expect_refused 5 roost import "$volume"
  expect_contains 'the refusal' "$errors" default/till-7.qcow2
  for name in till-7 studio-desk; do lacks_vm $name || fail 'a VM stays behind'; done
}

test_a_guest_that_starts_with_less_than_it_may_have_shows_no_drift() {
  local file
  file=$(document half-a-solver '')
  sed -i "s|<vcpu>2</vcpu>|<currentMemory unit='MiB'>48</currentMemory><vcpu current='1'>2</vcpu>|" "$file"
  expect_exit 0 roost import "$file" --no-start
  expect_equal 'its drift' "$(roost show half-a-solver -o json | jq -c .drift)" '[]'
  expect_exit 0 roost start half-a-solver
  eventually 20 is_running_on "$(vm half-a-solver .host)" half-a-solver
  expect_equal 'its drift while it runs' "$(roost show half-a-solver -o json | jq -c .drift)" '[]'
}

test_two_VMs_have_one_file_of_firmware_variables_never() {
  local os="<os><type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='pflash'>$image_folder/code.fd</loader><nvram>$image_folder/vars.fd</nvram></os>"
  on h1 truncate -s 64K "$image_folder/code.fd" "$image_folder/vars.fd"
  expect_exit 0 roost import "$(document kiosk-a '' '<features><acpi/></features>' "$os")" --no-start
  expect_exit 0 roost import "$(document kiosk-b '' '<features><acpi/></features>' "$os")" --no-start
  expect_contains 'the first' "$(virsh_on h1 dumpxml --inactive kiosk-a)" ">$image_folder/vars.fd</nvram>"
  [[ $(virsh_on h1 dumpxml --inactive kiosk-b) != *">$image_folder/vars.fd</nvram>"* ]] || fail 'the second has it too'
}

test_one_file_is_one_disk_however_its_path_is_written() {
  on h1 truncate -s 1M "$image_folder/quorum.img"
  on h1 ln -s quorum.img "$image_folder/quorum-link.img"
  local path
  quorum() {
    document "$1" "<disk type='file'><driver name='qemu' type='raw'/><source file='$2'/>
      <target dev='vda' bus='virtio'/>${3-}</disk>"
  }
  expect_exit 0 roost import "$(quorum cluster-a "$image_folder/quorum.img" '<shareable/>')" --no-start
  for path in "${image_folder%/images}//images/quorum.img" "$image_folder/quorum-link.img"; do
    expect_exit 4 roost import "$(quorum cluster-b "$path")" --no-start
    expect_contains 'the refusal' "$errors" cluster-a
    lacks_vm cluster-b || fail 'a VM stays behind'
  done
  expect_exit 0 roost import "$(quorum cluster-b "$image_folder/quorum-link.img" '<shareable/>')" --no-start
}

test_a_name_that_libvirt_takes_is_adopted_and_switched_and_a_new_VM_gets_a_plain_one() {
  local odd='Home Assistant (Küche)'
  sed "s/<name>.*<\/name>/<name>$odd<\/name>/; s/type='kvm'/type='qemu'/" "$(document kitchen '')" >"$scratch/odd.xml"
  virsh_on h1 define /dev/stdin <"$scratch/odd.xml"
  eventually 20 has_vm "$odd"
  expect_exit 0 roost adopt "$odd" --host h1
  expect_exit 0 roost start "$odd"
  expect_exit 0 roost stop --force "$odd"
  expect_exit 0 roost release "$odd"
  expect_refused 64 roost import "$scratch/odd.xml" --no-start
  expect_contains 'the hint' "$errors" '--name home-assistant'
  expect_exit 0 roost import "$scratch/odd.xml" --no-start --name kitchen
}

test_the_files_beside_the_clone_are_read() {
  local folder=${ROOST_SHARED:-$repository/../shared}/cases file
  [[ -d $folder ]] || skip 'there are none'
  for file in "$folder"/*.xml; do
    expect_exit 0 bash -c 'status=0; roost import "$1" --dry-run --name read-only-case --new-macs >/dev/null 2>"$2" \
      || status=$?; ((status == 0 || status == 4 || status == 5))' read "$file" "$scratch/case"
    [[ $(<"$scratch/case") != *"can't be used"* ]] || fail "$file: $(<"$scratch/case")"
  done
}
