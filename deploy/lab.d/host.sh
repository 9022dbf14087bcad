# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# One host of the lab: a network, a mount and a UTS namespace, and the folders it sees as its own.
#
# A process that only sleeps (the "holder") keeps the mount and UTS namespaces alive while nothing else runs.

# host_process HOST: any process inside the host's namespaces, by preference the holder.
host_process() {
  process_id "$1-holder" && return 0
  local pid
  for pid in $(namespace_processes "$(host_namespace "$1")"); do
    [[ $(readlink "/proc/$pid/ns/mnt") != "$(readlink /proc/self/ns/mnt)" ]] && {
      echo "$pid"
      return 0
    }
  done
  return 1
}

# nsenter_command HOST: what to put before a command so that it runs inside the host, one word a line.
nsenter_command() {
  local pid
  pid=$(host_process "$1") || die "host $1 is not up" "deploy/lab up repairs it" 4
  printf '%s\n' nsenter "--target=$pid" --mount --uts --net --
}

# in_host HOST COMMAND…
in_host() {
  local enter
  mapfile -t enter < <(nsenter_command "$1")
  ((${#enter[@]})) || exit 4
  shift
  "${enter[@]}" "$@"
}

# start_in_host HOST NAME COMMAND…: a process of the lab inside a host.
start_in_host() {
  local enter name=$2
  mapfile -t enter < <(nsenter_command "$1")
  ((${#enter[@]})) || exit 4
  shift 2
  start_process "$name" "${enter[@]}" "$@"
}

ensure_host() {
  local host=$1 namespace
  namespace=$(host_namespace "$host")
  ensure_host_folders "$host"
  ensure_namespace "$namespace"
  ensure_cable "$namespace" "$host" "$(host_address "$host")"
  is_running "$host-holder" || start_holder "$host" "$namespace"
  in_host "$host" test -e /run/roost-lab-host || {
    in_host "$host" bash -euo pipefail -c "$(declare -f mount_host_folders); mount_host_folders \"\$@\"" \
      mount "$host" "$hosts_dir/$host"
    repaired "gave $host its own /run, /sys, /etc/libvirt, /var/lib/libvirt and host name"
  }
}

start_holder() {
  local host=$1 namespace=$2 survivor
  if survivor=$(host_process "$host"); then
    start_process "$host-holder" nsenter "--target=$survivor" --mount --uts --net -- sleep infinity
  else
    start_process "$host-holder" nsenter "--net=/run/netns/$namespace" unshare --mount --uts -- sleep infinity
  fi
  repaired "started host $host"
}

# copy_folders FROM TO: the folders below FROM, without files, with their owners and modes.
copy_folders() {
  (cd "$1" && find . -xdev -type d -print0 | cpio --quiet --null -pdm "$2")
}

ensure_host_folders() {
  local host=$1 folder=$hosts_dir/$1
  [[ ! -e $folder/complete ]] || return 0
  rm -rf "$folder"
  mkdir -p "$folder"/{etc-libvirt,lib-libvirt,cache-libvirt,log-libvirt,etc,agent}
  chmod 0700 "$folder/agent"
  write_libvirt_configuration "$host" "$folder/etc-libvirt"
  copy_folders /var/lib/libvirt "$folder/lib-libvirt"
  rm -rf "${folder:?}/lib-libvirt/images"
  mkdir "$folder/lib-libvirt/images"
  chmod 0711 "$folder/lib-libvirt/images"
  copy_folders /var/cache/libvirt "$folder/cache-libvirt"
  copy_capabilities "$capabilities_dir" "$folder/cache-libvirt/qemu/capabilities"
  copy_folders /var/log/libvirt "$folder/log-libvirt"
  tr -d - </proc/sys/kernel/random/uuid >"$folder/etc/machine-id"
  cat /proc/sys/kernel/random/uuid >"$folder/etc/boot_id"
  printf '127.0.0.1 localhost\n%s %s\n' "$(host_address "$host")" "$host" >"$folder/etc/hosts"
  touch "$folder/complete"
  repaired "made the folders of $host in $folder"
}

# mount_host_folders HOST FOLDER: runs inside the host's new namespaces.
mount_host_folders() {
  local host=$1 folder=$2 name
  mount --make-rprivate /
  hostname "$host"
  for name in etc lib cache log; do
    case $name in
      etc) mount --bind "$folder/etc-libvirt" /etc/libvirt ;;
      *) mount --bind "$folder/$name-libvirt" "/var/$name/libvirt" ;;
    esac
  done
  mount --bind "$folder/etc/hosts" /etc/hosts
  [[ ! -e /etc/machine-id ]] || mount --bind "$folder/etc/machine-id" /etc/machine-id
  mount --bind "$folder/etc/boot_id" /proc/sys/kernel/random/boot_id
  # A fresh view of /sys, because the old one shows the network devices of the machine. It leaves out the
  # control groups, in which libvirt could otherwise leave something behind.
  mount -t sysfs sysfs /sys
  mount -t tmpfs -o mode=0755 tmpfs /run
  mkdir -p /run/lock /run/libvirt
  # A machine without udev leaves /dev/kvm to root alone. libvirt then asks every emulator anew each time.
  if [[ -c /dev/kvm ]] && getent group kvm >/dev/null; then
    mknod -m 0660 /run/kvm c 10 232
    chgrp kvm /run/kvm
    mount --bind /run/kvm /dev/kvm
  fi
  touch /run/roost-lab-host
}
