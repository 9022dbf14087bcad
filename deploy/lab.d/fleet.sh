# shellcheck shell=bash disable=SC2154 # variables are set in settings.sh
# Roost itself in the lab: the coordinator in its own namespace, an agent on each host, images in the library.

# binaries_dir: where roost, roost-agent and roost-coordinator are. What `up` used is remembered, so that later
# commands use the same.
binaries_dir() {
  if [[ -n ${ROOST_BIN:-} ]]; then
    echo "$ROOST_BIN"
  elif [[ -z ${ROOST_BUILD:-} && -s $lab/binaries ]]; then
    cat "$lab/binaries"
  else
    echo "$repository/.build/${ROOST_BUILD:-debug}"
  fi
}

require_binaries() {
  local folder name
  folder=$(binaries_dir)
  for name in roost roost-agent roost-coordinator; do
    [[ -x $folder/$name ]] || die "there is no $name in $folder" \
      'swift build makes it; ROOST_BIN names another folder; deploy/lab up --bare does without Roost' 4
  done
}

roost() { "$(binaries_dir)/roost" --socket "$coordinator_dir/roost.sock" "$@"; }

ensure_coordinator() {
  ensure_namespace "$coordinator_namespace"
  ensure_cable "$coordinator_namespace" coordinator "$coordinator_address"
  [[ -e $lab/coordinator-made ]] || {
    rm -rf "${coordinator_dir:?}"
    "$(binaries_dir)/roost-coordinator" init --data-dir "$coordinator_dir" \
      --listen "$coordinator_address:$coordinator_port" --fleet lab >>"$logs_dir/coordinator-init.log" 2>&1 \
      || die "roost-coordinator init failed: $(tail -n 3 "$logs_dir/coordinator-init.log")"
    touch "$lab/coordinator-made"
    repaired "made the coordinator's data in $coordinator_dir"
  }
  start_coordinator
}

start_coordinator() {
  is_running coordinator || {
    start_process coordinator nsenter "--net=/run/netns/$coordinator_namespace" -- \
      "$(binaries_dir)/roost-coordinator" run --data-dir "$coordinator_dir"
    repaired 'started the coordinator'
  }
  wait_until 30 coordinator_answers || {
    tail -n 20 "$logs_dir/coordinator.log" >&2
    die 'the coordinator does not answer' "its log is $logs_dir/coordinator.log"
  }
}

coordinator_answers() { roost host list -o json; }

# ensure_agent HOST: joins the host to the fleet once, then keeps its agent running.
ensure_agent() {
  local host=$1 folder=$hosts_dir/$1 token
  [[ -e $folder/agent/certificate.pem ]] || {
    # A token that lies ready in the lab's folder comes first. A host whose folder was lost is in the fleet still.
    token=$(cat "$lab/$host.token" 2>/dev/null \
      || roost host token create --name "$host" 2>>"$logs_dir/$host-join.log" \
      || roost host token create --name "$host" --rejoin 2>>"$logs_dir/$host-join.log") \
      || die "cannot make a token for $host: $(tail -n 3 "$logs_dir/$host-join.log")"
    in_host "$host" "$(binaries_dir)/roost-agent" join - --state-dir "$folder/agent" \
      --connect qemu:///system <<<"$token" >>"$logs_dir/$host-join.log" 2>&1 \
      || die "$host cannot join: $(tail -n 3 "$logs_dir/$host-join.log")"
    repaired "joined $host to the fleet"
  }
  ensure_agent_share "$host"
  ensure_hook "$host"
  start_agent "$host"
}

# ensure_hook HOST: has the host's libvirt ask the agent before a guest starts. libvirtd looks for hooks when it starts
# and on request.
ensure_hook() {
  local host=$1 folder=$hosts_dir/$1 hook=$hosts_dir/$1/etc-libvirt/hooks/qemu.d/roost
  mkdir -p "$(dirname "$hook")"
  sed "s#^agent=.*#agent=$(binaries_dir)/roost-agent#; s#^socket=.*#socket=$folder/agent/hook.sock#" \
    "$repository/deploy/hooks/qemu" >"$folder/hook"
  chmod 0755 "$folder/hook"
  ! cmp -s "$folder/hook" "$hook" || return 0
  mv "$folder/hook" "$hook"
  kill -HUP "$(process_id "$host-libvirtd")"
  in_host "$host" touch /run/libvirt/roost-hook-seen
  repaired "gave libvirt on $host the hook that asks the agent"
}

# The share of this machine that a host advertises: appended to the agent's settings unless it is there.
ensure_agent_share() {
  local settings=$hosts_dir/$1/agent/agent.toml
  ! grep -q '^\[capacity\]' "$settings" 2>/dev/null || return 0
  cat >>"$settings" <<END

[capacity]
vcpus = $host_vcpus
memory = "$host_memory"
disk = "$host_disk"
END
}

start_agent() {
  is_running "$1-agent" || {
    # As its unit has it.
    start_in_host "$1" "$1-agent" env MALLOC_ARENA_MAX=2 \
      "$(binaries_dir)/roost-agent" run --state-dir "$hosts_dir/$1/agent" --trust "$hosts_dir/$1/host.toml"
    repaired "started the agent on $1"
  }
}

all_hosts_ready() {
  roost host list -o json 2>/dev/null | jq -e --argjson wanted "$1" \
    '[.[] | select(.state == "ready")] | length >= $wanted'
}

wait_for_hosts() {
  wait_until 60 all_hosts_ready "$1" || {
    roost host list >&2 || true
    die "not all of the $1 hosts are ready after 60 s" "their agents' logs are in $logs_dir"
  }
}

# ensure_image NAME FILE
ensure_image() {
  roost image list -o json | jq -e --arg name "$1" 'any(.[]; .name == $name)' >/dev/null || {
    roost image import "$2" --name "$1" >/dev/null
    repaired "imported image $1"
  }
}
