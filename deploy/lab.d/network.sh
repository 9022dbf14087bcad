# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# The lab's network: namespaces joined by a bridge that none of this machine's own interfaces is part of.

namespace_exists() { [[ -e /run/netns/$1 ]] && nsenter "--net=/run/netns/$1" true 2>/dev/null; }

ensure_namespace() {
  namespace_exists "$1" && return 0
  rm -f "/run/netns/$1"
  ip netns add "$1"
  ip -n "$1" link set lo up
  repaired "made network namespace $1"
}

link_exists() { ip -n "$1" link show "$2" >/dev/null 2>&1; }

ensure_lab_network() {
  [[ -e /run/netns ]] || touch "$lab/made-run-netns"
  ensure_namespace "$lab_namespace"
  link_exists "$lab_namespace" "$lab_bridge" || {
    ip -n "$lab_namespace" link add "$lab_bridge" type bridge
    ip -n "$lab_namespace" link set "$lab_bridge" up
    repaired "made bridge $lab_bridge in $lab_namespace"
  }
}

# ensure_cable NAMESPACE PORT ADDRESS: joins a namespace's eth0 to the bridge.
ensure_cable() {
  local namespace=$1 port=$2 address=$3
  link_exists "$namespace" eth0 && link_exists "$lab_namespace" "$port" && return 0
  ip -n "$lab_namespace" link delete "$port" 2>/dev/null || true
  ip -n "$namespace" link delete eth0 2>/dev/null || true
  ip -n "$lab_namespace" link add "$port" type veth peer name eth0 netns "$namespace"
  ip -n "$lab_namespace" link set "$port" master "$lab_bridge" up
  ip -n "$namespace" address add "$address/24" dev eth0
  ip -n "$namespace" link set eth0 up
  repaired "joined $namespace to the lab's bridge as $address"
}

# The bridge of the seed's VM, and a DHCP server for the guests on it.
ensure_guest_bridge() {
  local host=$1 namespace
  namespace=$(host_namespace "$host")
  link_exists "$namespace" "$guest_bridge" || {
    ip -n "$namespace" link add "$guest_bridge" type bridge
    ip -n "$namespace" address add "$guest_bridge_address/24" dev "$guest_bridge"
    ip -n "$namespace" link set "$guest_bridge" up
    repaired "made bridge $guest_bridge on $host"
  }
  is_running "$host-dhcp" || {
    start_in_host "$host" "$host-dhcp" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
      --bind-interfaces --interface="$guest_bridge" --except-interface=lo --dhcp-authoritative \
      --dhcp-range="$guest_bridge_range" --dhcp-leasefile="/run/$guest_bridge.leases" --pid-file= --user=root
    repaired "started the DHCP server of $guest_bridge on $host"
  }
}

# remove_links NAMESPACE: the devices that live in the kernel alone, as a host that boots has none of them. libvirt would
# refuse to start a network whose bridge is there already.
remove_links() {
  local link
  while read -r link; do
    case $link in
      lo | eth0) ;;
      *) ip -n "$1" link delete "$link" 2>/dev/null || true ;;
    esac
  done < <(ip -n "$1" -oneline link show | sed 's/^[0-9]*: \([^:@]*\).*/\1/')
}

remove_namespace() {
  end_namespace_processes "$1"
  ip netns delete "$1" 2>/dev/null || rm -f "/run/netns/$1"
  say "removed network namespace $1"
}

# lab_namespaces: those of this lab's prefix that exist, whether or not the lab's folder still does.
lab_namespaces() {
  [[ -d /run/netns ]] || return 0
  find /run/netns -mindepth 1 -maxdepth 1 -printf '%f\n' \
    | grep -xE "${host_namespace_prefix}[0-9]+|$coordinator_namespace|$lab_namespace" | sort -V || true
}
