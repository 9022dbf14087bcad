# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh and the runner set variables, the tests read some
#
# The fleet in the lab as the tests of Roost see it. Read by their files; holds no test itself.

lab_folder=${ROOST_LAB_DIR:-/var/lib/${ROOST_LAB_PREFIX:-roost}-lab}
fixtures=$repository/Tests/Acceptance/fixtures
# What one test leaves for the next; goes when the lab does.
scratch=$lab_folder/acceptance
image_folder=/var/lib/libvirt/images

eval "$(lab env)"
export NO_COLOR=1

# use_fleet: brings the lab up or repairs it. For before_all.
use_fleet() {
  lab up
  mkdir -p "$scratch"
}

# seed_file: the domain XML that people know where it is at hand, else this project's own with its every feature.
seed_file() {
  local folder
  for folder in "${ROOST_SEED_DIR:-}" "$repository/../shared/seed"; do
    [[ -z $folder || ! -e $folder/test_ubuntu.xml ]] || {
      echo "$folder/test_ubuntu.xml"
      return 0
    }
  done
  echo "$repository/deploy/examples/front_desk.xml"
}

# vm NAME FILTER: a value of a VM in the listing, such as .state.
vm() { roost list -o json | jq -er --arg name "$1" ".[] | select(.name == \$name) | $2"; }

# vm_is NAME CONDITION: whether the listing has the VM and its row meets a jq condition.
vm_is() { roost list -o json | jq -e --arg name "$1" "any(.[]; .name == \$name and ($2))" >/dev/null; }

# has_vm NAME / lacks_vm NAME
has_vm() { vm_is "$1" true; }
lacks_vm() { roost list -o json | jq -e --arg name "$1" 'all(.[]; .name != $name)' >/dev/null; }

# host NAME FILTER / host_is NAME CONDITION: as vm and vm_is.
host() { roost host list -o json | jq -er --arg name "$1" ".[] | select(.name == \$name) | $2"; }
host_is() { roost host list -o json | jq -e --arg name "$1" "any(.[]; .name == \$name and ($2))" >/dev/null; }

# mac_is MAC CONDITION: whether the ledger has a row for the address that meets the condition.
mac_is() { roost mac list -o json | jq -e --arg mac "$1" "any(.[]; .mac == \$mac and ($2))" >/dev/null; }

# grant HOST [LINE…]: what root of the host lets the fleet do beyond plain VMs; without lines, nothing again.
grant() {
  local host=$1 file=$lab_folder/hosts/$1/host.toml
  shift
  if (($#)); then printf '%s\n' '[trust]' "$@" >"$file"; else rm -f "$file"; fi
  lab kill-agent "$host"
  lab start-agent "$host"
  eventually 30 host_is "$host" '.state == "ready"'
}

# remove_vms NAME…: those of them that exist, running or not, with their disks.
remove_vms() {
  local name
  for name in "$@"; do
    lacks_vm "$name" || roost delete --force --yes "$name"
  done
}

# remove_vms_like PATTERN: the managed VMs whose names match it.
remove_vms_like() {
  local names
  mapfile -t names < <(roost list -o json \
    | jq -r --arg pattern "$1" '.[] | select(.managed and (.name | test($pattern))) | .name')
  ((${#names[@]} == 0)) || roost delete --force --yes "${names[@]}" >/dev/null
}

# create_small NAME [OPTION…]: a VM that is off and takes next to nothing.
create_small() { roost create "$1" --vcpus 1 --memory 64MiB --disk 16MiB --no-start "${@:2}"; }

# disk_of HOST VM: the path of its first disk there.
disk_of() { virsh_on "$1" domblklist "$2" | awk '$2 ~ "^/" { print $2; exit }'; }

# remove_domains HOST NAME…: made with virsh, running or not.
remove_domains() {
  local host=$1 name
  shift
  for name in "$@"; do
    virsh_on "$host" destroy "$name" >/dev/null 2>&1 || true
    virsh_on "$host" undefine "$name" >/dev/null 2>&1 || true
  done
}

# process_runs IDENTITY: whether the process that identity_of named still runs.
process_runs() { [[ $(identity_of "${1%% *}" 2>/dev/null) == "$1" ]]; }

# all_are_ready: whether each host of the lab is.
all_are_ready() {
  local host
  for host in h1 h2 h3; do host_is $host '.state == "ready"' || return 1; done
}

# binary NAME: the path of a program of Roost.
binary() { readlink -f "$(command -v "$1" || echo "$repository/.build/debug/$1")"; }

# last_event: the number of the newest entry in the record.
last_event() { roost events --since 0 -o json | jq -rs 'flatten | map(.number) | max // 0'; }

# events_since NUMBER FILTER: the entries after that number, through a jq filter on each.
events_since() { roost events --since "$1" -o json | jq -rs "flatten | .[] | $2"; }

# has_event NUMBER CONDITION: whether an entry after that number meets a jq condition.
has_event() { roost events --since "$1" -o json | jq -es "flatten | any(.[]; $2)" >/dev/null; }

# what_stands: all that a refused command must leave as it was, without the times at which things were seen.
what_stands() {
  roost list -o json | jq -cS 'sort_by(.id)[] | del(.seen_at, .nics[].addresses, .age_seconds)'
  roost host list -o json | jq -cS 'sort_by(.name)[] | {name, id, state, reserved, vms}'
  roost op list -o json | jq -cS 'sort_by(.id)[] | {id, kind, state}'
  roost image list -o json | jq -cS 'sort_by(.name)[]'
  roost mac list -o json | jq -cS 'sort_by(.mac)[] | {mac, state, owner}'
  roost port list -o json | jq -cS 'sort_by(.port)[]'
}

# expect_unchanged WHAT BEFORE: compares with what what_stands said before.
expect_unchanged() {
  local difference
  difference=$(diff <(echo "$2") <(what_stands) || true)
  [[ -z $difference ]] || fail "$1 changed the fleet: $difference"
}

# expect_refused STATUS COMMAND…: it must fail so, with a sentence that begins with "error:", and print nothing else.
expect_refused() {
  expect_exit "$@"
  [[ $errors == *'error: '?* || $errors == *'Error: '?* ]] || fail "\"${*:2}\" gives no sentence: $errors"
  [[ $errors != *'Fatal error'* && $errors != *'Stack dump'* ]] || fail "\"${*:2}\" crashes: $errors"
}

# follow_console VM: keeps roost console on a VM, from now on and beyond this test. What the guest says is kept in a
# file, and what is written to a pipe is typed.
follow_console() {
  rm -f "$scratch/$1.keys"
  mkfifo "$scratch/$1.keys"
  # shellcheck disable=SC2016
  setsid bash -c 'exec 5<>"$2"; exec roost console "$1" <&5' console "$1" "$scratch/$1.keys" \
    >"$scratch/$1.console" 2>"$scratch/$1.console-errors" </dev/null &
  echo $! >"$scratch/$1.console-pid"
}

# end_console VM: whatever follows it, for after_all.
end_console() {
  local pid
  [[ -e $scratch/$1.console-pid ]] || return 0
  pid=$(<"$scratch/$1.console-pid")
  kill "$pid" 2>/dev/null || true
  rm -f "$scratch/$1.console-pid"
}

# leave_console VM: by the key that a person would press.
leave_console() {
  local pid
  pid=$(<"$scratch/$1.console-pid")
  printf '\x1d' 1<>"$scratch/$1.keys"
  eventually 10 process_has_ended "$pid"
}

# type_line VM TEXT: on a console that is followed. The pipe is opened for both ways, so that it cannot block.
type_line() { printf '%s\n' "$2" 1<>"$scratch/$1.keys"; }

# guest_says VM TEXT [TIMES]: whether the console that is followed has shown it.
guest_says() { (($(grep -acF "$2" "$scratch/$1.console") >= ${3:-1})); }

# ask_guest VM LINE ANSWER: types until the guest answers. The answer must not stand in the line, whose echo is shown.
ask_guest() {
  local attempt tenths
  for attempt in 1 2 3; do
    type_line "$1" ''
    type_line "$1" "$2"
    for ((tenths = 0; tenths < 150; tenths++)); do
      ! guest_says "$1" "$3" || return 0
      sleep 0.1
    done
  done
  fail "asked $attempt times, the guest of $1 does not answer \"$3\" to \"$2\"; it said last: $(
    tail -c 300 "$scratch/$1.console"
  )"
}

# unmanaged_domain NAME MAC [DISK [EXTRA]]: the XML of a domain such as people make with virsh.
unmanaged_domain() {
  local disk=''
  [[ -z ${3:-} ]] || disk="<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='$3'/><target dev='vda' bus='virtio'/></disk>"
  cat <<END
<domain type='qemu'>
  <name>$1</name>
  <memory unit='MiB'>128</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    $disk
    <interface type='network'><source network='default'/><mac address='$2'/></interface>
    ${4:-}
  </devices>
</domain>
END
}
