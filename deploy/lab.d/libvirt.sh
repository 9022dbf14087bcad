# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# A host's own libvirt: configuration, virtlogd, libvirtd, the default network and the default storage pool.

# write_libvirt_configuration HOST FOLDER: what the host will see as /etc/libvirt. Of the machine's own files only
# the network filters are copied, never its domains, networks, pools or secrets.
write_libvirt_configuration() {
  local folder=$2
  mkdir -p "$folder"/{qemu/networks/autostart,storage/autostart,hooks}
  cp -a /etc/libvirt/nwfilter "$folder/" 2>/dev/null || true
  cat >"$folder/libvirtd.conf" <<END
unix_sock_group = "libvirt"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0770"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "$(cat /proc/sys/kernel/random/uuid)"
log_outputs = "3:stderr"
END
  # A namespace or a control group of libvirt's own would need rights and mounts that a lab's host may lack.
  cat >"$folder/qemu.conf" <<END
security_driver = "none"
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "logd"
END
  echo 'log_outputs = "3:stderr"' >"$folder/virtlogd.conf"
}

# libvirt_answers HOST
libvirt_answers() { in_host "$1" virsh --quiet --connect qemu:///system uri; }

start_libvirt() {
  local host=$1
  is_running "$host-virtlogd" || {
    in_host "$host" rm -f /run/virtlogd.pid
    start_in_host "$host" "$host-virtlogd" virtlogd
    repaired "started virtlogd on $host"
  }
  is_running "$host-libvirtd" || {
    in_host "$host" rm -f /run/libvirtd.pid
    start_in_host "$host" "$host-libvirtd" libvirtd
    repaired "started libvirtd on $host"
  }
}

wait_for_libvirt() {
  wait_until 60 libvirt_answers "$1" || {
    tail -n 20 "$logs_dir/$1-libvirtd.log" >&2
    die "libvirtd on $1 does not answer" "its log is $logs_dir/$1-libvirtd.log"
  }
}

host_virsh() {
  local host=$1
  shift
  in_host "$host" virsh --quiet --connect qemu:///system "$@"
}

# default_network FORWARD: the XML of the network that libvirt's packages bring; with an empty FORWARD it leads
# nowhere.
default_network() {
  cat <<END
<network>
  <name>default</name>
  $1
  <bridge name='virbr0' stp='on' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
  </ip>
</network>
END
}

ensure_default_network() {
  local host=$1
  host_virsh "$host" net-info default >/dev/null 2>&1 || {
    default_network "<forward mode='nat'/>" | host_virsh "$host" net-define /dev/stdin >/dev/null
    host_virsh "$host" net-autostart default >/dev/null
    repaired "defined network default on $host"
  }
  host_virsh "$host" net-list --name | grep -qx default && return 0
  # Where the kernel offers no address translation, a network without a way out is as good for a lab.
  host_virsh "$host" net-start default >/dev/null 2>"$logs_dir/$host-network.log" || {
    host_virsh "$host" net-undefine default >/dev/null
    default_network '' | host_virsh "$host" net-define /dev/stdin >/dev/null
    host_virsh "$host" net-autostart default >/dev/null
    host_virsh "$host" net-start default >/dev/null || die "cannot start network default on $host"
    say "network default on $host leads nowhere: $(paste -sd ' ' <"$logs_dir/$host-network.log")"
  }
  repaired "started network default on $host"
}

ensure_default_pool() {
  local host=$1
  host_virsh "$host" pool-info default >/dev/null 2>&1 || {
    host_virsh "$host" pool-define-as default dir --target /var/lib/libvirt/images >/dev/null
    host_virsh "$host" pool-autostart default >/dev/null
    repaired "defined storage pool default on $host"
  }
  host_virsh "$host" pool-list --name | grep -q '^ *default *$' || {
    host_virsh "$host" pool-start default >/dev/null
    repaired "started storage pool default on $host"
  }
}

# copy_capabilities FROM TO: libvirt's notes about the emulators, if there are any.
copy_capabilities() {
  compgen -G "$1/*.xml" >/dev/null || return 0
  mkdir -p "$2"
  cp --update "$1"/*.xml "$2/"
}

# learn_capabilities HOST: has a host ask its emulators, so that hosts made after it need not.
learn_capabilities() {
  ! compgen -G "$capabilities_dir/*.xml" >/dev/null || return 0
  say "$1 asks its emulators what they can do"
  wait_for_libvirt "$1"
  host_virsh "$1" capabilities >/dev/null
  copy_capabilities "$hosts_dir/$1/cache-libvirt/qemu/capabilities" "$capabilities_dir"
}
