# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# Which lab a process belongs to, from whatever mount namespace it is looked at. What a lab starts carries the lab's
# mark in its environment; what that starts in turn (QEMU, dnsmasq) is in a network namespace with something that does.

# marks: a line "PID MARK" for every process on this machine that a lab started.
marks() {
  { grep -zaH '^ROOST_LAB_MARK=' /proc/[0-9]*/environ 2>/dev/null || true; } | tr '\0' '\n' \
    | sed -n 's#^/proc/\([0-9]*\)/environ:ROOST_LAB_MARK=#\1 #p'
}

# networks: a line "PID NETWORK" for every process on this machine, with the identity of its network namespace.
networks() {
  { find /proc/[0-9]*/ns/net -maxdepth 0 -printf '%p %l\n' 2>/dev/null || true; } \
    | awk 'NF == 2 { split($1, parts, "/"); print parts[3], $2 }'
}

# own_processes: the ids of those that this lab started, by their marks or by the lab's notes.
own_processes() {
  local note
  {
    marks | MARK=$lab_mark awk 'substr($0, index($0, " ") + 1) == ENVIRON["MARK"] { print $1 }'
    if [[ -d $pids_dir ]]; then
      while read -r note; do process_id "$note" || true; done < <(find "$pids_dir" -type f -printf '%f\n')
    fi
  } | sort -un
}

# seen_networks: the network namespaces of this lab that have a name in this mount namespace.
seen_networks() {
  local namespace
  for namespace in $(lab_namespaces); do
    ! namespace_exists "$namespace" || nsenter "--net=/run/netns/$namespace" readlink /proc/self/ns/net
  done
}

# own_networks: those of this lab, wherever it was started; never the one of this script or of the machine.
own_networks() {
  {
    awk 'NR == FNR { own[$1]; next } $1 in own { print $2 }' <(own_processes) <(networks)
    seen_networks
  } | sort -u | grep -vxF -e "$(readlink /proc/self/ns/net)" -e "$(readlink /proc/1/ns/net)" || true
}

# lab_processes NETWORKS: the ids of all that this lab started and all that live in the network namespaces.
lab_processes() {
  {
    own_processes
    networks | NETWORKS=$1 awk '
      BEGIN { count = split(ENVIRON["NETWORKS"], list, "\n"); for (i = 1; i <= count; i++) wanted[list[i]] }
      $2 in wanted { print $1 }'
  } | sort -un | grep -vx "$$" || true
}

no_lab_processes() { [[ -z $(lab_processes "$1") ]]; }

# refuse_other_folder: ends the command if a lab of the same prefix is kept in another folder.
refuse_other_folder() {
  local pid mark
  while read -r pid mark; do
    [[ $mark != "$prefix:"* || $mark == "$lab_mark" ]] \
      || die "the prefix $prefix is in use by the lab in ${mark#*:} (process $pid)" \
        "ROOST_LAB_PREFIX names another; ROOST_LAB_DIR=$(printf %q "${mark#*:}") deploy/lab down ends that one" 4
  done < <(marks)
}

# refuse_other_mounts: ends the command if this lab was started in a mount namespace whose network namespaces have no
# name in this one. Mended from here, its hosts would lose their networks.
refuse_other_mounts() {
  local network pid
  for network in $(comm -13 <(seen_networks | sort) <(own_networks)); do
    pid=$(networks | awk -v network="$network" '$2 == network { print $1; exit }')
    die "the prefix $prefix is in use by a lab in another mount namespace (process ${pid:-unknown})" \
      'ROOST_LAB_PREFIX names another; deploy/lab down ends that one, from here too' 4
  done
}

# end_lab_processes: ends all of this lab, wherever it was started, and nothing else.
end_lab_processes() {
  local signal pid networks
  networks=$(own_networks)
  for signal in TERM KILL; do
    for pid in $(lab_processes "$networks"); do kill -s "$signal" "$pid" 2>/dev/null || true; done
    wait_until 5 no_lab_processes "$networks" && return 0
  done
  die "these processes of the lab do not end: $(lab_processes "$networks" | paste -sd ' ')"
}
