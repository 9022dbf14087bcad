# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# What `deploy/lab status` prints. Fails (exit 1) if something that ought to run does not.

# running_or_not NAME: "pid N", or "-".
running_or_not() {
  local pid
  if pid=$(process_id "$1"); then echo "pid $pid"; else echo -; fi
}

# guests_of HOST: names and ids of its running domains, or why they are not known.
guests_of() {
  local names name pid row=()
  process_id "$1-libvirtd" >/dev/null || {
    echo 'unknown, libvirtd is down'
    return 0
  }
  names=$(host_virsh "$1" list --name 2>/dev/null | grep .) || {
    echo none
    return 0
  }
  while read -r name; do
    pid=$(in_host "$1" cat "/run/libvirt/qemu/$name.pid" </dev/null 2>/dev/null) || pid='?'
    row+=("$name (pid $pid)")
  done <<<"$names"
  (IFS=, && echo "${row[*]}")
}

print_status() {
  local host healthy=yes bare=no cable
  [[ -e $lab/.roost-lab ]] || {
    say 'no lab is up'
    return 1
  }
  [[ ! -e $lab/bare ]] || bare=yes
  local format='%-12s %-16s %-12s %-12s %-12s %-6s %s\n'
  # shellcheck disable=SC2059
  printf "$format" HOST ADDRESS NAMESPACES LIBVIRTD AGENT CABLE VMS
  if [[ $bare == no ]]; then
    # shellcheck disable=SC2059
    printf "$format" coordinator "$coordinator_address" "$coordinator_namespace" - "$(running_or_not coordinator)" \
      "$(cable_state coordinator)" ''
    is_running coordinator || healthy=no
  fi
  for host in $(host_names); do
    cable=$(cable_state "$host")
    # shellcheck disable=SC2059
    printf "$format" "$host" "$(host_address "$host")" "$(running_or_not "$host-holder")" \
      "$(running_or_not "$host-libvirtd")" "$(running_or_not "$host-agent")" "$cable" "$(guests_of "$host")"
    is_running "$host-holder" && is_running "$host-libvirtd" && [[ $cable == up ]] || healthy=no
    [[ $bare == yes ]] || is_running "$host-agent" || healthy=no
  done
  [[ $healthy == yes ]]
}

# cable_state PORT: whether the host is joined to the lab's bridge.
cable_state() {
  ip -n "$lab_namespace" -o link show "$1" 2>/dev/null | grep -q '<[^>]*,UP[,>]' && echo up || echo down
}
