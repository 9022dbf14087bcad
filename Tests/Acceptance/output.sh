# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# What commands print: each format of each list, the fields of the contract, completion, and a coordinator or a host
# that is asked alone.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

before_all() {
  use_fleet
  after_all
  # A row for every list, and VMs that are seen.
  create_small shown --host h1 --network default
  eventually 10 vm_is shown '.certainty == "current"'
}

after_all() {
  end_console shown
  remove_vms shown
}

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
  expect_refused 7 roost --socket "$scratch/nowhere.sock" list
  expect_exit 7 roost list --socket "$scratch/nowhere.sock" -o json
  expect_equal 'the code' "$(jq -r .error.code <<<"$errors")" unreachable
}

test_the_host_check_runs_without_a_coordinator() {
  local status=0
  on h1 roost-agent check -o json >"$scratch/check" 2>/dev/null || status=$?
  ((status <= 1)) || fail "it exits with $status"
  expect_equal 'the checks' "$(jq -r '[.[].check] | sort | join(" ")' "$scratch/check")" \
    "bridges cgroups clock cpu-virtualization hook huge-pages image-directory iommu kvm-device kvm-guest kvm-modules \
libvirt libvirt-boot libvirt-group libvirt-guests lock-manager nested network-default qemu qemu-img storage-pools \
trust tun vhost-net vnc-ports"
  jq -e 'all(.[]; .check != "" and .detail != "" and has("fix")
    and (.result | . == "pass" or . == "warn" or . == "fail"))' "$scratch/check" >/dev/null \
    || fail "$(<"$scratch/check")"
}

test_a_program_whose_answer_cannot_be_written_fails_and_says_so() {
  local program words status
  for program in roost roost-agent roost-coordinator; do
    for words in --help --version; do
      status=0
      said=$("$(binary $program)" "$words" 2>&1 >/dev/full) || status=$?
      expect_equal "the status of $program $words" "$status" 1
      expect_contains "what $program $words says" "$said" "t be written"
    done
  done
  # This one has a status of its own, which says nothing about what was written.
  status=0
  said=$(on h1 roost-agent check 2>&1 >/dev/full) || status=$?
  expect_equal 'the status of roost-agent check' "$status" 1
  expect_contains 'what roost-agent check says' "$said" "t be written"
}

test_each_program_says_its_version_and_refuses_a_wrong_option_alike() {
  local program
  for program in roost roost-agent roost-coordinator; do
    expect_exit 0 "$(binary $program)" --version
    [[ $output =~ ^$program\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "its version is \"$output\""
    expect_exit 64 "$(binary $program)" --nonsense
    [[ $errors == 'error: '*$'\n''hint: '"$program --help" ]] || fail "$program says: $errors"
  done
}

# was_told NAME TEXT: whether the console that is followed under that name was told so.
was_told() { grep -qF "$2" "$scratch/$1.console-errors"; }

test_whoever_loses_a_console_is_told_why() {
  [[ $(vm shown .state) == running ]] || roost start shown
  follow_console shown
  eventually 20 was_told shown 'connected to shown'
  setsid roost console --force --linger 5m shown </dev/null >/dev/null 2>"$scratch/second.console-errors" &
  eventually 20 was_told shown 'was taken over'
  eventually 20 was_told second 'connected to shown'
  virsh_on h1 destroy shown
  eventually 20 was_told second 'the console of shown has closed'
  end_console shown
}
