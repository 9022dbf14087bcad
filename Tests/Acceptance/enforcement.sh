# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Guests that people start behind Roost's back with an address that a running VM has: libvirt asks the agent before it
# starts anything, by its own hook, and is never held up.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

shared_mac=52:54:00:33:01:01
names=(owner rival third)
for number in {1..20}; do names+=("swarm$number"); done

before_all() {
  use_fleet
  after_all
}

# before_each: the owner of the shared address runs on h1, its rival is off on h2, and starts are judged and blocked,
# whatever an earlier test left.
before_each() {
  local host
  lab start-agent h2
  eventually 20 host_is h2 '.state == "ready"'
  roost policy set out-of-band=block unanswered=fail-open >/dev/null
  roost policy set --network default --forget >/dev/null 2>&1 || true
  for host in h1 h2 h3; do remove_domains "$host" owner rival third; done
  eventually 5 lacks_vm owner
  unmanaged_domain owner "$shared_mac" | virsh_on h1 define /dev/stdin
  unmanaged_domain rival "$shared_mac" | virsh_on h2 define /dev/stdin
  virsh_on h1 start owner
  eventually 5 vm_is owner '.state == "running"'
  eventually 5 mac_is "$shared_mac" '.state == "conflict"'
}

after_all() {
  local host
  roost policy set out-of-band=warn unanswered=fail-open >/dev/null
  for host in h1 h2 h3; do
    lab start-agent "$host" >/dev/null 2>&1 || true
    remove_domains "$host" "${names[@]}"
  done
}

# milliseconds COMMAND…: how long it takes, whatever comes of it.
milliseconds() {
  local begin=${EPOCHREALTIME/./}
  "$@" >/dev/null 2>&1 || true
  echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

# stop_rival: off, so that it can be started anew.
stop_rival() { virsh_on h2 destroy rival >/dev/null 2>&1 || true; }

test_block_stops_virsh_start_of_a_duplicate_on_another_host_with_a_sentence() {
  local event
  event=$(last_event)
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" \
    "MAC $shared_mac of \"rival\" belongs to \"owner\", which runs on h1; type: roost mac resolve $shared_mac"
  is_off h2 rival || fail 'the rival runs'
  eventually 5 has_event "$event" '.kind == "start.refused" and (.message | test("owner"))'
}

test_the_command_that_the_sentence_names_says_both_owners_and_what_can_be_done() {
  expect_exit 0 roost mac resolve "$shared_mac"
  expect_contains 'the owners' "$output" '"owner" on h1 and by "rival" on h2'
  expect_contains 'the ways out' "$output" "virsh domif-setlink owner $shared_mac down"
  expect_contains 'the ways out' "$output" "roost mac resolve $shared_mac --accept"
}

test_the_owner_itself_starts_again_and_a_live_migration_of_it_arrives() {
  virsh_on h1 destroy owner
  virsh_on h1 start owner
  local pid door=$scratch/h3-libvirt
  read -r pid _ <"$lab_folder/pids/h3-holder"
  printf '#!/bin/sh\nexec nsenter --target %s --mount --uts --net -- virt-ssh-helper qemu:///system\n' "$pid" >"$door"
  chmod +x "$door"
  virsh_on h1 migrate --live --unsafe owner "qemu+ext:///system?command=$door" --migrateuri tcp://10.88.0.13
  is_running_on h3 owner || fail 'the guest did not arrive'
  remove_domains h1 owner
  eventually 5 vm_is owner '.host == "h3" and .state == "running"'
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'the owner after its move' "$errors" 'which runs on h3'
}

test_warn_lets_it_start_and_tells_of_it() {
  local event
  expect_exit 0 roost policy set out-of-band=warn
  event=$(last_event)
  expect_exit 0 virsh_on h2 start rival
  is_running_on h2 rival || fail 'the rival does not run'
  eventually 5 has_event "$event" '.kind == "start.warned" and (.message | test("owner"))'
}

test_a_network_may_have_a_rule_of_its_own() {
  expect_exit 0 roost policy set --network default out-of-band=observe
  expect_exit 0 virsh_on h2 start rival
  stop_rival
  expect_exit 0 roost policy set --network default --forget
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" "$shared_mac"
}

test_an_accepted_conflict_stops_nobody_until_its_owners_change() {
  expect_exit 0 roost mac resolve "$shared_mac" --accept
  expect_exit 0 roost mac conflicts -o json
  expect_equal 'the conflicts' "$(jq --arg mac "$shared_mac" '[.[] | select(.mac == $mac)] | length' <<<"$output")" 0
  expect_exit 0 virsh_on h2 start rival
  stop_rival
  unmanaged_domain third "$shared_mac" | virsh_on h1 define /dev/stdin
  eventually 5 mac_is "$shared_mac" '.state == "conflict"'
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" "$shared_mac"
}

test_with_the_agent_killed_fail_open_starts_within_half_a_second_of_the_hook() {
  eventually 5 word_is_left fail-open
  lab kill-agent h2
  local took
  took=$(milliseconds on h2 bash -c '/etc/libvirt/hooks/qemu.d/roost rival prepare begin - </dev/null')
  ((took < 700)) || fail "the hook took $took ms"
  expect_exit 0 virsh_on h2 start rival
}

test_with_the_agent_killed_fail_closed_refuses_and_says_how_to_go_on() {
  expect_exit 0 roost policy set unanswered=fail-closed
  eventually 5 word_is_left fail-closed
  lab kill-agent h2
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" 'roost policy set unanswered=fail-open'
}

word_is_left() { [[ $(<"$lab_folder/hosts/h2/agent/hook.sock.unanswered") == "$1" ]]; }

test_an_agent_that_hangs_holds_libvirtd_up_for_no_longer_than_half_a_second() {
  local pid took
  read -r pid _ <"$lab_folder/pids/h2-agent"
  eventually 5 word_is_left fail-open
  kill -STOP "$pid"
  # shellcheck disable=SC2064
  trap "kill -CONT $pid" EXIT
  took=$(milliseconds on h2 bash -c '/etc/libvirt/hooks/qemu.d/roost rival prepare begin - </dev/null')
  ((took < 700)) || fail "the hook took $took ms"
  virsh_on h2 start rival &
  local starting=$!
  took=$(milliseconds virsh_on h2 list)
  ((took < 2000)) || fail "libvirtd answered after $took ms"
  wait "$starting"
  is_running_on h2 rival || fail 'the rival does not run'
}

# define_swarm MAC-FOR-ALL: ten domains on each of two hosts, with one address or with their own.
define_swarm() {
  local number host
  remove_swarm
  for number in {1..20}; do
    host=h$((number % 2 + 1))
    unmanaged_domain "swarm$number" "${1:-52:54:00:33:02:$(printf %02x "$number")}" | virsh_on "$host" define /dev/stdin
  done
}

# start_swarm: all at one time; prints how many run afterwards.
start_swarm() {
  local number jobs=()
  for number in {1..20}; do
    virsh_on "h$((number % 2 + 1))" start "swarm$number" >/dev/null 2>&1 &
    jobs+=($!)
  done
  for number in "${jobs[@]}"; do wait "$number" || true; done
  { virsh_on h1 list --name; virsh_on h2 list --name; } | grep -c '^ *swarm' || true
}

remove_swarm() {
  remove_domains h1 "${names[@]:3}"
  remove_domains h2 "${names[@]:3}"
}

test_of_twenty_starts_at_one_time_with_one_address_on_two_hosts_one_goes_on() {
  define_swarm 52:54:00:33:02:ff
  local running
  running=$(start_swarm)
  expect_equal 'how many run' "$running" 1
  expect_exit 0 virsh_on h1 list
  expect_exit 0 virsh_on h2 list
  remove_swarm
}

test_of_twenty_starts_at_one_time_with_their_own_addresses_all_go_on() {
  define_swarm ''
  local running
  running=$(start_swarm)
  expect_equal 'how many run' "$running" 20
  remove_swarm
}

test_the_check_says_that_libvirt_asks_and_fix_puts_the_hook_back() {
  local check=(on h2 roost-agent check --state-dir "$lab_folder/hosts/h2/agent" -o json)
  expect_equal 'the check' "$("${check[@]}" 2>/dev/null | jq -r '.[] | select(.check == "hook") | .result')" pass
  on h2 rm /etc/libvirt/hooks/qemu.d/roost
  expect_equal 'the check without a hook' \
    "$("${check[@]}" 2>/dev/null | jq -r '.[] | select(.check == "hook") | .result + " " + .fix')" \
    'warn roost-agent check --fix'
  expect_equal 'the check after --fix' \
    "$("${check[@]}" --fix 2>/dev/null | jq -r '.[] | select(.check == "hook") | .result')" pass
  expect_contains 'the hook' "$(on h2 cat /etc/libvirt/hooks/qemu.d/roost)" \
    "socket=$lab_folder/hosts/h2/agent/hook.sock"
}

test_without_the_hook_and_without_the_program_libvirt_starts_as_before() {
  local hook=/etc/libvirt/hooks/qemu.d/roost
  expect_exit 0 roost policy set unanswered=fail-closed
  eventually 5 word_is_left fail-closed
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" "$shared_mac"
  on h2 cp $hook /etc/libvirt/roost-hook
  trap 'on h2 cp /etc/libvirt/roost-hook /etc/libvirt/hooks/qemu.d/roost' EXIT
  on h2 sed -i 's#^agent=.*#agent=/nonexistent/roost-agent#' $hook
  expect_exit 0 virsh_on h2 start rival
  stop_rival
  on h2 rm $hook
  expect_exit 0 virsh_on h2 start rival
  stop_rival
  on h2 cp /etc/libvirt/roost-hook $hook
  expect_exit 1 virsh_on h2 start rival
  expect_contains 'what virsh says' "$errors" "$shared_mac"
}
