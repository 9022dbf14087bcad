# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The life of a VM from create to delete, what virsh does to it meanwhile, and the other nouns of the command line:
# networks, pools, images, backup, output formats.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

folder=$scratch/life

before_all() {
  use_fleet
  after_all
  mkdir -p "$folder"
  roost create busy --image tiny --host h3 --vcpus 1 --memory 160MiB --network default
  eventually 20 is_running_on h3 busy
  follow_console busy
  roost create lazy --host h1 --vcpus 1 --memory 160MiB --disk 16MiB --network default --no-start
  # libvirt tells nobody of this change; a later test looks whether it was found all the same.
  virsh_on h1 setmaxmem lazy 96MiB --config
}

after_all() {
  local pid
  if pid=$(cat "$scratch/busy.console-pid" 2>/dev/null); then kill "$pid" 2>/dev/null || true; fi
  local names
  mapfile -t names < <(roost list -o json | jq -r '.[].name | select(test("^(busy|lazy|idle|keeper|yaml|one|two|three)"))')
  remove_vms "${names[@]}"
  for name in blank small; do
    roost image list -o json | jq -e --arg name $name 'all(.[]; .name != $name)' >/dev/null \
      || roost image delete $name --yes
  done
  remove_domains h1 guest-of-virsh
  on h3 rm -f $image_folder/keeper.qcow2
  rm -rf "$folder"
}

# --- Power ---

test_a_VM_made_from_an_image_boots_from_it() {
  eventually 90 guest_says busy 'roost-guest: booted from disk'
  expect_equal 'its state' "$(vm busy .state)" running
  local disk
  disk=$(virsh_on h3 domblklist busy | awk '/^ *vda/ { print $2 }')
  expect_contains 'its disk' "$(on h3 qemu-img info --force-share "$disk")" 'file format: qcow2'
  # The image itself must never be written to.
  local sum
  sum=$(roost image list -o json | jq -r '.[] | select(.name == "tiny") | .sha256')
  expect_equal 'the hash of the image in the library' "$sum" \
    "$(sha256sum <"${ROOST_GUEST_DIR:-$repository/.build/guest}/tiny.qcow2" | cut -d ' ' -f 1)"
}

test_the_address_that_the_guest_got_reaches_the_listing() {
  eventually 30 vm_is busy '.nics[0].ips | any(startswith("192.168.122."))'
}

test_pause_and_resume_keep_the_process() {
  local before
  before=$(identity_of "$(qemu_pid h3 busy)")
  expect_exit 0 roost pause busy
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" paused
  vm_is busy '.state == "paused"' || fail "it is $(vm busy .state)"
  expect_exit 0 roost resume busy
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" running
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
  expect_equal 'the process' "$(identity_of "$(qemu_pid h3 busy)")" "$before"
}

test_a_verb_repeated_is_harmless_and_one_out_of_place_is_refused() {
  expect_exit 0 roost start busy
  expect_exit 0 roost resume busy
  expect_refused 4 roost pause lazy
  expect_contains 'the refusal' "$errors" 'it is stopped'
}

test_stop_asks_the_guest_and_start_boots_it_again() {
  eventually 60 guest_says busy 'roost-guest# '
  expect_exit 0 roost stop busy
  eventually 10 guest_says busy 'roost-guest: power button'
  expect_equal 'what virsh says' "$(virsh_on h3 domstate busy)" 'shut off'
  vm_is busy '.state == "stopped"' || fail "it is $(vm busy .state)"
  local port
  port=$(vm busy .vnc.port)
  expect_exit 0 roost start busy
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
  expect_equal 'its port after the restart' "$(vm busy .vnc.port)" "$port"
  expect_equal 'its port on the host' "$(virsh_on h3 vncdisplay busy | xargs)" "127.0.0.1:$((port - 5900))"
}

test_restart_asks_the_guest_and_returns_when_it_has_booted_again() {
  local process
  # The console that was followed ended when the guest was stopped.
  follow_console busy
  # shellcheck disable=SC2016
  ask_guest busy 'echo once $((20 + 1))' 'once 21'
  process=$(identity_of "$(qemu_pid h3 busy)")
  expect_exit 0 roost restart busy
  # It is past the button when the command returns, and boots.
  eventually 5 guest_says busy 'roost-guest: power button'
  # shellcheck disable=SC2016
  ask_guest busy 'echo again $((40 + 2))' 'again 42'
  expect_equal 'the process' "$(identity_of "$(qemu_pid h3 busy)")" "$process"
  vm_is busy '.state == "running"' || fail "it is $(vm busy .state)"
}

test_a_guest_that_does_not_boot_again_in_time_is_told_of_and_left_running() {
  # Without anything to boot from the firmware waits, and hears no button.
  roost create idle-firmware --host h1 --vcpus 1 --memory 64MiB --disk 16MiB
  eventually 20 is_running_on h1 idle-firmware
  expect_refused 8 roost restart --within 3s idle-firmware
  expect_contains 'the refusal' "$errors" 'has not booted again'
  expect_contains 'the hint' "$errors" 'roost restart --force idle-firmware'
  is_running_on h1 idle-firmware || fail "virsh says $(virsh_on h1 domstate idle-firmware)"
  expect_exit 0 roost restart --force idle-firmware
  remove_vms idle-firmware
}

test_stop_by_force_takes_the_place_of_a_stop_that_still_waits() {
  local waiter status=0 id
  roost create idle-deaf --host h1 --vcpus 1 --memory 64MiB --disk 16MiB
  eventually 20 is_running_on h1 idle-deaf
  roost restart --within 100s idle-deaf >"$folder/waiting" 2>&1 &
  waiter=$!
  eventually 10 is_busy idle-deaf
  id=$(roost op list -o json | jq -r '.[] | select(.vm == "idle-deaf" and .state == "running").id')
  expect_exit 0 roost stop --force idle-deaf
  is_off h1 idle-deaf || fail "virsh says $(virsh_on h1 domstate idle-deaf)"
  wait $waiter || status=$?
  expect_equal 'the status of who waited' "$status" 4
  expect_contains 'what it said' "$(<"$folder/waiting")" superseded
  expect_exit 0 roost op show "$id"
  expect_contains 'the operation' "$output" superseded
  # Nobody presses its button later: what is started stays as it is.
  expect_exit 0 roost start idle-deaf
  never 3 is_off h1 idle-deaf
  remove_vms idle-deaf
}

is_busy() { roost op list -o json | jq -e --arg vm "$1" 'any(.[]; .vm == $vm and .state == "running")'; }

test_stop_by_force_cuts_the_power() {
  expect_exit 0 roost stop --force busy
  is_off h3 busy || fail "virsh says $(virsh_on h3 domstate busy)"
}

test_verbs_take_many_names_and_say_which_one_failed() {
  roost create one --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  roost create two --host h2 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  expect_exit 0 roost start one two
  is_running_on h1 one || fail 'one does not run'
  is_running_on h2 two || fail 'two does not run'
  expect_exit 2 roost stop --force one nobody-of-that-name two
  expect_contains 'the complaint' "$errors" nobody-of-that-name
  is_off h1 one || fail 'one runs'
  is_off h2 two || fail 'two runs'
}

# --- virsh ---

test_what_virsh_does_shows_at_once() {
  roost start busy
  virsh_on h3 suspend busy
  eventually 2 vm_is busy '.state == "paused"'
  virsh_on h3 resume busy
  eventually 2 vm_is busy '.state == "running"'
  virsh_on h3 destroy busy
  eventually 2 vm_is busy '.state == "stopped"'
}

test_a_change_made_with_virsh_is_drift_and_is_not_undone() {
  virsh_on h3 dumpxml --inactive busy | sed 's#<memory.*#<memory>98304</memory>#; /<currentMemory/d' \
    | virsh_on h3 define /dev/stdin
  eventually 3 shows_drift busy
  lab stop-agent h3
  lab start-agent h3
  eventually 20 host_is h3 '.state == "ready"'
  eventually 5 shows_drift busy
  never 2 has_memory $((160 << 10))
  has_memory $((96 << 10)) || fail "its memory is $(virsh_on h3 dominfo busy | grep memory)"
}

shows_drift() { roost show "$1" -o json | jq -e '.drift | any(test("memory is 96MiB"))'; }
has_memory() { [[ $(virsh_on h3 dominfo busy) =~ Max\ memory:\ *$1\ KiB ]]; }

test_a_VM_that_virsh_stopped_is_not_started_again() {
  never 2 is_running_on h3 busy
  expect_exit 0 roost start busy
  is_running_on h3 busy || fail 'it does not start'
}

test_a_domain_of_virsh_is_listed_and_never_touched() {
  unmanaged_domain guest-of-virsh 52:54:00:20:26:31 | virsh_on h1 define /dev/stdin
  eventually 3 vm_is guest-of-virsh '.managed == false and .host == "h1"'
  local verb
  for verb in 'delete --force --yes' 'stop --force'; do
    # shellcheck disable=SC2086
    expect_refused 4 roost $verb guest-of-virsh
    expect_contains 'the refusal' "$errors" 'not managed'
  done
  is_defined_on h1 guest-of-virsh || fail 'it is gone'
  virsh_on h1 undefine guest-of-virsh
  eventually 3 lacks_vm guest-of-virsh
}

# --- Delete ---

disk_of() { virsh_on "$1" domblklist --inactive "$2" | awk '/^ *vda/ { print $2 }'; }

test_delete_removes_the_domain_and_its_disks() {
  local disk
  roost create idle --host h2 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  disk=$(disk_of h2 idle)
  on h2 test -e "$disk"
  expect_exit 9 roost delete idle --no-input
  has_vm idle || fail 'it was deleted without a yes'
  expect_exit 0 roost delete --yes idle
  expect_exit 1 on h2 test -e "$disk"
  ! is_defined_on h2 idle || fail 'the domain is left'
  lacks_vm idle || fail 'it is listed'
}

test_delete_of_one_that_runs_wants_force() {
  roost create idle --host h2 --vcpus 1 --memory 64MiB --disk 16MiB
  expect_refused 4 roost delete --yes idle
  expect_contains 'the refusal' "$errors" --force
  is_running_on h2 idle || fail 'it was stopped'
  expect_exit 0 roost delete --yes --force idle
  ! is_defined_on h2 idle || fail 'the domain is left'
}

test_disks_are_kept_on_request() {
  local disk
  roost create keeper --host h3 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  disk=$(disk_of h3 keeper)
  expect_exit 0 roost delete --yes --keep-disks keeper
  ! is_defined_on h3 keeper || fail 'the domain is left'
  on h3 test -e "$disk" || fail 'the disk is gone'
  on h3 rm "$disk"
}

# --- Other ways to make one ---

test_a_VM_from_a_file() {
  cat >"$folder/vm.yaml" <<'END'
name: yaml
vcpus: 1
memory: 64MiB
disks:
  - {size: 16MiB}
networks:
  - {network: default}
labels: {rack: a}
END
  expect_exit 0 roost create -f "$folder/vm.yaml" --no-start
  vm_is yaml '.vcpus == 1 and .memory_bytes == 67108864 and .labels.rack == "a" and (.nics | length == 1)' \
    || fail "$(vm yaml .)"
}

test_a_dry_run_ranks_the_hosts_and_makes_nothing() {
  local before
  before=$(what_stands)
  expect_exit 0 roost create dry --vcpus 1 --memory 64MiB --disk 16MiB --dry-run -o json
  jq -e '.host != null and (.ranking | length == 3) and (.ranking[0].terms | length > 0) and .refused == []' \
    <<<"$output" >/dev/null || fail "the decision is $output"
  expect_equal 'the best of the ranking' "$(jq -r '.ranking[0].host' <<<"$output")" "$(jq -r .host <<<"$output")"
  printf 'name: dry\nvcpus: 1\nmemory: 64MiB\n' >"$folder/dry.yaml"
  expect_exit 0 roost place -f "$folder/dry.yaml" -o json
  jq -e '.ranking | length >= 1' <<<"$output" >/dev/null || fail "place says $output"
  expect_unchanged 'a dry run' "$before"
}

test_pack_and_spread_differ() {
  local spread packed
  spread=$(roost create dry --vcpus 1 --memory 64MiB --disk 16MiB --dry-run -o json | jq -r .host)
  packed=$(roost create dry --vcpus 1 --memory 64MiB --disk 16MiB --policy pack --dry-run -o json | jq -r .host)
  expect_different 'the host' "$spread" "$packed"
}

test_a_cordoned_host_receives_nothing() {
  expect_exit 0 roost host cordon h1
  host_is h1 '.state == "cordoned"' || fail "h1 is $(host h1 .state)"
  expect_exit 5 roost create dry --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --dry-run
  expect_contains 'the decision' "$output" cordon
  expect_exit 0 roost host uncordon h1
  host_is h1 '.state == "ready"' || fail "h1 is $(host h1 .state)"
}

# --- Networks, pools, images ---

test_networks_start_and_stop() {
  expect_exit 0 roost network list -o json
  expect_equal 'the hosts with the default network' \
    "$(jq -r '[.[] | select(.name == "default") | .host] | sort | join(" ")' <<<"$output")" 'h1 h2 h3'
  expect_exit 0 roost network stop default --host h1
  expect_equal 'the active networks of h1' "$(virsh_on h1 net-list --name | xargs)" ''
  expect_exit 0 roost network start default --host h1
  expect_equal 'the active networks of h1' "$(virsh_on h1 net-list --name | xargs)" default
}

test_pools_are_listed_with_their_space() {
  expect_exit 0 roost pool list -o json
  jq -e '[.[] | select(.name == "default" and .capacity_bytes > 0 and .available_bytes > 0) | .host] | length == 3' \
    <<<"$output" >/dev/null || fail "the pools are $output"
}

test_an_image_is_made_imported_checked_and_deleted() {
  expect_exit 0 roost image create blank --format qcow2 --size 32MiB
  roost image list -o json \
    | jq -e '.[] | select(.name == "blank") | .format == "qcow2" and .virtual_bytes == 33554432' >/dev/null \
    || fail "$(roost image list)"
  head -c 2000000 /dev/urandom >"$folder/small.raw"
  expect_exit 0 roost image import "$folder/small.raw" --name small
  expect_equal 'its hash' "$(roost image list -o json | jq -r '.[] | select(.name == "small") | .sha256')" \
    "$(sha256sum <"$folder/small.raw" | cut -d ' ' -f 1)"
  expect_exit 0 roost image delete small --yes
  expect_exit 0 roost image delete blank --yes
  expect_refused 4 roost image delete tiny --yes
  expect_contains 'the refusal' "$errors" busy
}

# --- Operations, events, backup ---

test_an_operation_has_steps_and_is_found_again() {
  local id
  id=$(roost create three --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --no-start --no-wait)
  expect_exit 0 roost op wait "$id"
  expect_exit 0 roost op show "$id" -o json
  jq -e '.state == "done" and .kind == "create" and .vm == "three" and (.steps | length > 0) and
    (.steps | all(.state == "done"))' <<<"$output" >/dev/null || fail "the operation is $output"
  roost op list -o json | jq -e --arg id "$id" 'any(.[]; .id == $id)' >/dev/null || fail 'it is not listed'
}

test_events_have_growing_numbers_and_are_followed() {
  local since numbers follower
  since=$(last_event)
  roost events --since "$since" -f -o json >"$folder/events" &
  follower=$!
  roost stop --force three || true
  roost start three
  eventually 5 grep -q three "$folder/events"
  kill $follower
  numbers=$(events_since 0 .number)
  expect_equal 'the numbers in order' "$numbers" "$(sort -n -u <<<"$numbers")"
  (($(last_event) > since)) || fail 'no event was added'
}

test_a_backup_is_a_whole_database() {
  expect_exit 0 roost backup "$folder/backup.sqlite"
  expect_equal 'the quick check' "$(sqlite3 "$folder/backup.sqlite" 'PRAGMA quick_check')" ok
  expect_equal 'whether it knows busy' \
    "$(sqlite3 "$folder/backup.sqlite" "SELECT count(*) FROM vms WHERE name = 'busy'")" 1
  expect_equal 'who may read it' "$(stat -c %a "$folder/backup.sqlite")" 600
}

test_what_libvirt_tells_nobody_is_found_within_a_minute() {
  eventually 60 shows_drift lazy
}

# --- The command itself ---

test_each_format_of_output() {
  local noun rows
  for noun in list 'host list' 'mac list' 'port list' 'image list' 'network list' 'pool list' 'op list'; do
    # shellcheck disable=SC2086
    {
      expect_exit 0 roost $noun -o json
      jq -e 'type == "array" and length > 0' <<<"$output" >/dev/null || fail "roost $noun -o json: $output"
      rows=$(jq length <<<"$output")
      expect_exit 0 roost $noun -o table
      expect_equal "the lines of roost $noun" "$(wc -l <<<"$output")" $((rows + 1))
      expect_exit 0 roost $noun -o wide
      expect_equal "the lines of roost $noun -o wide" "$(wc -l <<<"$output")" $((rows + 1))
      expect_exit 0 roost $noun -o csv
      expect_equal "the lines of roost $noun -o csv" "$(wc -l <<<"$output")" $((rows + 1))
      expect_exit 0 roost $noun -o name
      expect_equal "the lines of roost $noun -o name" "$(wc -l <<<"$output")" "$rows"
      expect_exit 0 roost $noun -o yaml
      expect_contains "roost $noun -o yaml" "$output" '- '
    }
  done
}

test_the_fields_of_the_contract() {
  expect_exit 0 roost list -o json
  expect_equal 'the fields of a VM that are missing' "$(jq -r '["name", "id", "host", "state", "certainty", "seen_at",
    "managed", "vcpus", "memory_bytes", "arch", "nics", "vnc", "labels"] - (.[0] | keys) | join(" ")' <<<"$output")" ''
  jq -e 'all(.[]; (.seen_at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z$")) and (.memory_bytes | type == "number"))' \
    <<<"$output" >/dev/null || fail "a time or a size is of another form: $output"
  expect_exit 0 roost host list -o json
  expect_equal 'the fields of a host that are missing' "$(jq -r '["name", "id", "state", "seen_at", "vcpus",
    "memory_bytes", "reserved", "vms", "acceleration", "checks"] - (.[0] | keys) | join(" ")' <<<"$output")" ''
  expect_exit 0 roost mac list -o json
  expect_equal 'the fields of a MAC that are missing' \
    "$(jq -r '["mac", "state", "owner", "since", "until", "source"] - (.[0] | keys) | join(" ")' <<<"$output")" ''
  expect_exit 0 roost port list -o json
  expect_equal 'the fields of a port that are missing' \
    "$(jq -r '["port", "state", "vm", "host"] - (.[0] | keys) | join(" ")' <<<"$output")" ''
}

test_what_fingers_know_from_virsh_is_answered() {
  local pair
  for pair in 'destroy:stop --force' undefine:delete define:import shutdown:stop vncdisplay:vnc dumpxml:show \
    'net-list:network list' 'net-start:network start'; do
    roost "${pair%%:*}" busy >"$folder/said" 2>&1 || true
    expect_contains "what roost ${pair%%:*} says" "$(<"$folder/said")" "roost ${pair#*:}"
  done
  is_running_on h3 busy || fail 'one of them did something'
}

test_completion_is_a_script_for_each_shell() {
  expect_exit 0 roost completion bash
  bash -n <(echo "$output") || fail 'bash cannot read it'
  # shellcheck disable=SC1090,SC2016
  expect_contains 'what bash completes "roost im" to' \
    "$(bash -c 'source <(echo "$1"); COMP_WORDS=(roost im) COMP_CWORD=1 COMP_LINE="roost im" COMP_POINT=8
      COMP_TYPE=9; _roost; echo "${COMPREPLY[*]}"' completion "$output")" import
  expect_exit 0 roost completion zsh
  expect_contains 'its first line' "$(head -n 1 <<<"$output")" '#compdef roost'
  expect_exit 0 roost completion fish
  grep -q "^complete -c 'roost' .*import" <<<"$output" || fail 'fish is told nothing of import'
}

test_a_coordinator_that_is_not_there_is_said_to_be_unreachable() {
  expect_refused 7 roost --socket "$folder/nowhere.sock" list
  expect_exit 7 roost list --socket "$folder/nowhere.sock" -o json
  expect_equal 'the code' "$(jq -r .error.code <<<"$errors")" unreachable
}

test_the_host_check_runs_without_a_coordinator() {
  local status=0
  on h1 roost-agent check -o json >"$folder/check" 2>/dev/null || status=$?
  ((status <= 1)) || fail "it exits with $status"
  expect_equal 'the checks' "$(jq -r '[.[].check] | sort | join(" ")' "$folder/check")" \
    "bridges cgroups clock cpu-virtualization hook huge-pages image-directory iommu kvm-device kvm-guest kvm-modules \
libvirt libvirt-boot libvirt-group libvirt-guests lock-manager nested network-default qemu qemu-img storage-pools \
trust tun vhost-net vnc-ports"
  jq -e 'all(.[]; .check != "" and .detail != "" and has("fix")
    and (.result | . == "pass" or . == "warn" or . == "fail"))' "$folder/check" >/dev/null || fail "$(<"$folder/check")"
}
