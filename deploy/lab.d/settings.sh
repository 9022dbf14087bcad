# shellcheck shell=bash disable=SC2034 # variables are used by the other parts
# What a lab is called, where it lives and how large its hosts are. Sourced by deploy/lab.

# Two labs can stand side by side under different prefixes.
prefix=${ROOST_LAB_PREFIX:-roost}
[[ $prefix =~ ^[a-z][a-z0-9]{0,15}$ ]] || die "ROOST_LAB_PREFIX may hold at most 16 small letters and digits: $prefix"

# Everything a lab writes lies in one folder; the file .roost-lab in it says that it may be removed.
lab=${ROOST_LAB_DIR:-/var/lib/$prefix-lab}
hosts_dir=$lab/hosts
# What every process of this lab has as ROOST_LAB_MARK in its environment.
lab_mark=$prefix:$(realpath -m "$lab")
logs_dir=$lab/logs
pids_dir=$lab/pids
coordinator_dir=$lab/coordinator

# Built images are kept beside the build, where `down` leaves them for the next `up`.
guest_dir=${ROOST_GUEST_DIR:-$repository/.build/guest}

# What libvirt once learned about this machine's emulators is kept there too: finding it out takes it ten seconds on
# each new host. libvirt itself sees when it no longer holds, and asks the emulators anew.
capabilities_dir=$guest_dir/capabilities

# Network namespaces: one for the bridge that joins all, one for the coordinator, one for each host.
lab_namespace=$prefix-lab-net
coordinator_namespace=$prefix-c
host_namespace_prefix=$prefix-h

# Addresses, which exist inside those namespaces only. h1 has 10.88.0.11.
lab_bridge=lab0
coordinator_address=10.88.0.1
coordinator_port=7440
first_host_octet=10
most_hosts=200

# The seed's bridge, which one host alone has, and the addresses that its DHCP server gives to guests.
guest_bridge=kvmbr0
guest_bridge_host=h2
guest_bridge_address=10.89.0.1
guest_bridge_range=10.89.0.100,10.89.0.199,255.255.255.0,1h

# The share of this machine that each host advertises. Emulated guests touch little of what they are given, so a
# lab may advertise more than there is.
host_vcpus=${ROOST_LAB_VCPUS:-16}
host_memory=${ROOST_LAB_MEMORY:-8GiB}
host_disk=${ROOST_LAB_DISK:-40GiB}

default_hosts=3

# host_names: the names of the hosts that were made, in order.
host_names() {
  [[ -d $hosts_dir ]] || return 0
  find "$hosts_dir" -mindepth 1 -maxdepth 1 -name 'h[0-9]*' -printf '%f\n' | sort -V
}

# require_host NAME: ends the command unless the lab has that host.
require_host() {
  [[ ${1:-} =~ ^h[0-9]+$ && -d $hosts_dir/$1 ]] || {
    local known
    known=$(host_names | paste -sd ' ')
    die "the lab has no host ${1:-(none named)}" "its hosts are: ${known:-none; deploy/lab up makes them}" 3
  }
}

host_namespace() { echo "$host_namespace_prefix${1#h}"; }
host_address() { echo "10.88.0.$((first_host_octet + ${1#h}))"; }
