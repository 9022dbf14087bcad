# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# A VM that virsh moved to a host whose agent is silent: Roost never runs a second copy of it. One move, in order.
time_limit=200
in_order=yes
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

disk=/var/lib/libvirt/images/nomad-vda.qcow2

before_all() {
  use_fleet
  after_all
  roost create nomad --vcpus 1 --memory 64MiB --disk 16MiB --host h1 --network default
  disk=$(disk_of h1 nomad)
  on h2 qemu-img create -q -f qcow2 "$disk" 16M
  lab stop-agent h2
  eventually 60 host_is h2 '.state == "unreachable"'
  local pid door=$scratch/h2-libvirt
  read -r pid _ <"$lab_folder/pids/h2-holder"
  printf '#!/bin/sh\nexec nsenter --target %s --mount --uts --net -- virt-ssh-helper qemu:///system\n' "$pid" >"$door"
  chmod +x "$door"
  virsh_on h1 migrate --live --unsafe --persistent nomad "qemu+ext:///system?command=$door" \
    --migrateuri tcp://10.88.0.12
}

after_all() {
  is_defined_on h1 nomad && virsh_on h1 undefine nomad
  lab start-agent h2 || true
  eventually 60 host_is h2 '.state == "ready"'
  remove_vms nomad
  remove_domains h2 nomad
  on h2 rm -f "$disk"
}

test_it_is_not_started_where_it_was() {
  is_running_on h2 nomad || fail 'the guest did not arrive'
  expect_refused 4 roost start nomad
  expect_contains 'the refusal' "$errors" 'host "h2"'
  is_off h1 nomad || fail 'a second copy runs'
}

test_nor_after_libvirt_has_forgotten_why_it_is_off() {
  lab kill-libvirtd h1
  lab start-libvirtd h1
  eventually 60 host_is h1 '.state == "ready"'
  expect_refused 4 roost start nomad
  is_off h1 nomad || fail 'a second copy runs'
}

test_nor_is_it_defined_again_where_it_was() {
  virsh_on h1 undefine nomad
  eventually 30 vm_is nomad '.state == "failed"'
  expect_refused 4 roost recover nomad
  expect_contains 'the refusal' "$errors" 'host "h2"'
  if is_defined_on h1 nomad; then fail 'it is defined twice'; fi
}

test_once_the_host_speaks_the_vm_belongs_there() {
  lab start-agent h2
  eventually 60 vm_is nomad '.host == "h2" and .state == "running"'
  is_running_on h2 nomad || fail 'the guest was touched'
}

test_its_deletion_names_what_stays_on_both_hosts() {
  disk=$(disk_of h2 nomad)
  expect_exit 0 roost delete --force --yes nomad
  expect_contains 'a note about h2' "$errors" "no record there says that Roost made it: $disk (if no guest needs it"
  expect_contains 'a note about h1' "$errors" "left on h1, where Roost made it: $disk (if no guest needs it"
  on h1 test -f "$disk" || fail 'its disk is gone from h1'
  on h2 test -f "$disk" || fail 'its disk is gone from h2'
  on h1 rm "$disk"
}
