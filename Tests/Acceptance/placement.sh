# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Placement on the live fleet: rules between VMs, what must survive, and plans on three real hosts.
time_limit=180
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

folder=$scratch/placement

before_all() {
  use_fleet
  after_all
  mkdir -p "$folder"
  local host
  for host in h1 h2 h3; do eventually 30 host_is $host '.state == "ready"'; done
}

after_all() {
  local names host
  roost policy rules --clear >/dev/null
  roost policy set survive=0 aim=spread >/dev/null
  mapfile -t names < <(roost list -o json | jq -r '.[].name | select(startswith("place-"))')
  ((${#names[@]} == 0)) || roost delete --force --yes "${names[@]}" >/dev/null
  for host in h1 h2 h3; do
    roost host label $host rack- >/dev/null
    roost host uncordon $host >/dev/null
  done
  remove_domains h1 place-pet
  rm -rf "$folder"
}

# small NAME OPTION…: a VM that is off and takes next to nothing.
small() { roost create "$1" --vcpus 1 --memory 64MiB --disk 16MiB --no-start "${@:2}"; }

# placed_on NAME: its host.
placed_on() { vm "$1" .host; }

test_a_rule_keeps_a_group_apart_over_three_hosts() {
  local number error
  printf 'rules:\n  - {apart: web}\n' >"$folder/rules.yaml"
  expect_exit 0 roost policy rules -f "$folder/rules.yaml"
  for number in 1 2 3; do expect_exit 0 small place-web-$number --group web; done
  expect_equal 'the hosts' "$(for number in 1 2 3; do placed_on place-web-$number; done | sort | xargs)" 'h1 h2 h3'
  expect_exit 5 small place-web-4 --group web
  expect_contains 'the refusal' "$errors" 'apart: 1 of group "web" is on h1'
  expect_contains 'the refusal' "$errors" 'apart: 1 of group "web" is on h3'
  lacks_vm place-web-4 || fail 'it was made nevertheless'
  expect_equal 'the group' "$(roost show place-web-1 -o json | jq -r '.constraints.groups[]')" web
}

test_the_rule_and_the_groups_outlive_the_coordinator() {
  lab stop-coordinator
  lab start-coordinator
  local host
  for host in h1 h2 h3; do eventually 60 host_is $host '.state == "ready"'; done
  expect_exit 5 small place-web-4 --group web
  expect_equal 'the rules' "$(roost policy show -o json | jq -c '.placement.rules')" '[{"apart":"web"}]'
}

test_of_two_members_at_once_for_the_last_host_one_wins() {
  roost delete --yes place-web-3 >/dev/null
  local one two statuses
  {
    status=0
    small place-web-5 --group web >/dev/null 2>&1 || status=$?
    echo $status >"$folder/one"
  } &
  {
    status=0
    small place-web-6 --group web >/dev/null 2>&1 || status=$?
    echo $status >"$folder/two"
  } &
  wait
  statuses=$(sort "$folder/one" "$folder/two" | xargs)
  expect_equal 'how they end' "$statuses" '0 5'
  expect_equal 'the hosts of the group' \
    "$(roost list -o json | jq -r '.[] | select(.name | startswith("place-web-")) | .host' | sort | xargs)" 'h1 h2 h3'
}

test_labels_of_hosts_make_racks_and_a_file_says_what_a_VM_asks_for() {
  expect_exit 0 roost host label h1 rack=a
  expect_exit 0 roost host label h2 rack=a
  expect_exit 0 roost host label h3 rack=b
  expect_equal 'the label' "$(host h3 .labels.rack 2>/dev/null || roost host list -o json | jq -r '.[2].labels.rack')" b
  cat >"$folder/db.yaml" <<'END'
name: place-db
vcpus: 1
memory: 64MiB
group: db
require: {rack: b}
pinned: true
start: false
END
  expect_exit 0 roost create -f "$folder/db.yaml"
  expect_equal 'its host' "$(placed_on place-db)" h3
  expect_equal 'what it asks for' "$(roost show place-db -o json | jq -c .constraints)" \
    '{"groups":["db"],"require":{"rack":["b"]},"pinned":true}'
  expect_exit 5 small place-nowhere --require rack=c --dry-run
  expect_contains 'the decision' "$output" 'require: wants rack=c, it has rack=a'
}

test_plans_are_made_on_the_live_fleet() {
  local live offline
  # While a group that is kept apart is on every host, none of its members would outlive its host.
  roost delete --yes place-web-1 >/dev/null
  expect_exit 5 roost host drain h3 --plan -o json
  expect_equal 'the pinned VM' "$(jq -r '.vms[] | select(.vm == "place-db") | .why' <<<"$output")" 'it is tied to h3'
  jq -e '.vms | any(.to == null) and all(.why != null)' <<<"$output" >/dev/null || fail "the plan is $output"
  expect_exit 0 roost fit --vcpus 1 --memory 64MiB --disk 16MiB -o json
  jq -e '.count > 0 and (.per_host | length) == 3' <<<"$output" >/dev/null || fail "fit says $output"
  expect_exit 0 roost fit --vcpus 1 --memory 64MiB --group web -o json
  expect_equal 'how many members fit' "$(jq .count <<<"$output")" 1
  roost status --export-fleet >"$folder/fleet.yaml"
  live=$(roost fit --vcpus 1 --memory 1GiB --survive 1 -o json | jq -c 'del(.elapsed_seconds)')
  offline=$(roost fit --vcpus 1 --memory 1GiB --survive 1 --fleet "$folder/fleet.yaml" -o json \
    | jq -c 'del(.elapsed_seconds)')
  expect_equal 'fit on the exported fleet' "$offline" "$live"
  (($(jq .count <<<"$live") > 0)) || fail "nothing fits: $live"
  live=$(roost balance plan -o json | jq -c 'del(.elapsed_seconds)')
  offline=$(roost balance plan --fleet "$folder/fleet.yaml" -o json | jq -c 'del(.elapsed_seconds)')
  expect_equal 'balance plan on the exported fleet' "$offline" "$live"
  jq -e 'has("moves") and .score_after <= .score_before' <<<"$live" >/dev/null || fail "the plan is $live"
  printf 'name: place-next\nmemory: 64MiB\ngroup: web\n' >"$folder/next.yaml"
  live=$(roost place -f "$folder/next.yaml" -o json || true)
  offline=$(roost place -f "$folder/next.yaml" --fleet "$folder/fleet.yaml" -o json || true)
  expect_equal 'the decision on the exported fleet' "$(jq -c 'del(.ranking[].terms)' <<<"$offline")" \
    "$(jq -c 'del(.ranking[].terms)' <<<"$live")"
}

test_what_a_VM_asks_for_can_be_changed_later() {
  expect_exit 0 small place-old --host h1
  expect_exit 0 roost set place-old group=old require=rack=b
  expect_contains 'the word about its host' "$errors" 'h1 would refuse place-old now, require: wants rack=b'
  expect_equal 'its host' "$(placed_on place-old)" h1
  expect_equal 'where it would go' \
    "$(roost host drain h1 --plan -o json | jq -r '.vms[] | select(.vm == "place-old") | .to')" h3
  expect_exit 64 roost set place-old vcpus=4
  roost delete --yes place-old >/dev/null
}

test_an_unmanaged_guest_counts_and_stays() {
  unmanaged_domain place-pet 02:00:00:00:70:01 >"$folder/pet.xml"
  on h1 virsh --quiet create /dev/stdin <"$folder/pet.xml"
  eventually 15 has_vm place-pet
  expect_exit 5 roost host drain h1 --plan -o json
  expect_equal 'why it stays' "$(jq -r '.vms[] | select(.vm == "place-pet") | .why' <<<"$output")" \
    'Roost does not manage it'
  remove_domains h1 place-pet
  eventually 15 lacks_vm place-pet
}

test_what_must_survive_refuses_what_would_break_it() {
  local least size number
  least=$(roost host list -o json | jq '[.[].memory_bytes] | min')
  size=$((least * 6 / 10 >> 20))MiB
  expect_exit 0 roost policy set survive=1
  for number in 1 2; do
    expect_exit 0 roost create place-big-$number --vcpus 1 --memory $size --disk 16MiB --no-start
  done
  expect_exit 5 roost create place-big-3 --vcpus 1 --memory $size --disk 16MiB --no-start
  expect_contains 'the refusal' "$errors" 'survive: if h'
  expect_contains 'the refusal' "$errors" 'finds no host'
  expect_contains 'the hint' "$errors" 'roost policy set survive=0'
  expect_exit 0 roost policy set survive=0
  expect_exit 0 roost create place-big-3 --vcpus 1 --memory $size --disk 16MiB --no-start
  expect_exit 0 roost policy set survive=1
  expect_contains 'what is broken already' "$errors" 'broken now: if h'
  roost policy set survive=0
  roost delete --yes place-big-1 place-big-2 place-big-3 >/dev/null
}

test_a_batch_is_placed_together_or_not_at_all() {
  local least
  least=$(roost host list -o json | jq '[.[].memory_bytes] | min')
  {
    printf 'name: place-s\nmemory: 64MiB\nstart: false\n---\n'
    printf 'name: place-l\nmemory: %sMiB\nstart: false\n---\n' $((least * 7 / 10 >> 20))
    printf 'name: place-x\nmemory: %sMiB\nstart: false\n' $((least * 20 >> 20))
  } >"$folder/batch.yaml"
  expect_exit 5 roost create -f "$folder/batch.yaml" --all-or-nothing
  expect_contains 'the error' "$errors" 'none of the 3 VMs is made'
  lacks_vm place-s || fail 'one was made nevertheless'
  expect_exit 5 roost place -f "$folder/batch.yaml"
  expect_exit 2 roost create -f "$folder/batch.yaml"
  expect_equal 'what was made' \
    "$(roost list -o json | jq -r '.[].name | select(test("^place-[slx]$"))' | sort | xargs)" 'place-l place-s'
}

test_why_a_VM_is_where_it_is_was_kept() {
  expect_exit 0 roost show place-s --why -o json
  jq -e '.on == .placed.host and (.placed.ranking | length) >= 1' <<<"$output" >/dev/null || fail "why: $output"
}

test_an_address_that_is_taken_refuses_every_host_by_its_rule() {
  local mac
  mac=$(vm place-s '.nics[0].mac')
  expect_exit 5 roost create place-y --memory 64MiB --network "default,mac=$mac" --dry-run -o json
  expect_equal 'the rules' "$(jq -r '.refused | map(.rule) | unique | join(" ")' <<<"$output")" mac
  expect_exit 4 roost create place-y --memory 64MiB --network "default,mac=$mac"
  expect_contains 'the conflict' "$errors" place-s
}
