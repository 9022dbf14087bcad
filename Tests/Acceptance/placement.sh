# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Placement on the live fleet: dry runs, files, rules between VMs, what must survive, and plans (roost fit, drain,
# balance) on three real hosts.
time_limit=180
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

folder=$scratch/placement

before_all() {
  use_fleet
  after_all
  mkdir -p "$folder"
  eventually 30 all_are_ready
}

# before_each: no rule, no label and no VM of an earlier test.
before_each() {
  local host
  roost policy rules --clear >/dev/null
  roost policy set survive=0 aim=spread >/dev/null
  remove_vms_like '^place-'
  for host in h1 h2 h3; do
    roost host label $host rack- >/dev/null
    roost host uncordon $host >/dev/null
  done
  remove_domains h1 place-pet
}

after_all() {
  before_each
  rm -rf "$folder"
}

# keep_web_apart: a group that is kept apart, with a member on each host.
keep_web_apart() {
  local number
  printf 'rules:\n  - {apart: web}\n' >"$folder/rules.yaml"
  expect_exit 0 roost policy rules -f "$folder/rules.yaml"
  for number in 1 2 3; do expect_exit 0 create_small place-web-$number --group web; done
}

# label_racks: h1 and h2 stand in rack a, h3 in rack b.
label_racks() {
  local host
  for host in h1 h2; do roost host label $host rack=a; done
  roost host label h3 rack=b
}

# create_database: a VM from a file that says what it asks for: rack b, that is h3.
create_database() {
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
}

# placed_on NAME: its host.
placed_on() { vm "$1" .host; }

test_a_VM_is_made_from_a_file() {
  cat >"$folder/vm.yaml" <<'END'
name: place-yaml
vcpus: 1
memory: 64MiB
disks:
  - {size: 16MiB}
networks:
  - {network: default}
labels: {rack: a}
END
  expect_exit 0 roost create -f "$folder/vm.yaml" --no-start
  vm_is place-yaml '.vcpus == 1 and .memory_bytes == 67108864 and .labels.rack == "a" and (.nics | length == 1)' \
    || fail "$(vm place-yaml .)"
}

test_a_dry_run_ranks_the_hosts_and_makes_nothing() {
  local before
  before=$(what_stands)
  expect_exit 0 roost create place-dry --vcpus 1 --memory 64MiB --disk 16MiB --dry-run -o json
  jq -e '.host != null and (.ranking | length == 3) and (.ranking[0].terms | length > 0) and .refused == []' \
    <<<"$output" >/dev/null || fail "the decision is $output"
  expect_equal 'the best of the ranking' "$(jq -r '.ranking[0].host' <<<"$output")" "$(jq -r .host <<<"$output")"
  printf 'name: place-dry\nvcpus: 1\nmemory: 64MiB\n' >"$folder/dry.yaml"
  expect_exit 0 roost place -f "$folder/dry.yaml" -o json
  jq -e '.ranking | length >= 1' <<<"$output" >/dev/null || fail "place says $output"
  expect_unchanged 'a dry run' "$before"
}

test_pack_and_spread_differ() {
  local spread packed
  roost create place-heavy --vcpus 2 --memory 1GiB --disk 16MiB --no-start --host h2
  spread=$(roost create place-dry --vcpus 1 --memory 64MiB --disk 16MiB --dry-run -o json | jq -r .host)
  packed=$(roost create place-dry --vcpus 1 --memory 64MiB --disk 16MiB --policy pack --dry-run -o json | jq -r .host)
  expect_different 'the host' "$spread" "$packed"
}

test_a_cordoned_host_receives_nothing() {
  expect_exit 0 roost host cordon h1
  host_is h1 '.state == "cordoned"' || fail "h1 is $(host h1 .state)"
  expect_exit 5 roost create place-dry --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --dry-run
  expect_contains 'the decision' "$output" cordon
  expect_exit 0 roost host uncordon h1
  host_is h1 '.state == "ready"' || fail "h1 is $(host h1 .state)"
}

test_a_rule_keeps_a_group_apart_over_three_hosts() {
  local number
  keep_web_apart
  expect_equal 'the hosts' "$(for number in 1 2 3; do placed_on place-web-$number; done | sort | xargs)" 'h1 h2 h3'
  expect_exit 5 create_small place-web-4 --group web
  expect_contains 'the refusal' "$errors" 'apart: 1 of group "web" is on h1'
  expect_contains 'the refusal' "$errors" 'apart: 1 of group "web" is on h3'
  lacks_vm place-web-4 || fail 'it was made nevertheless'
  expect_equal 'the group' "$(roost show place-web-1 -o json | jq -r '.constraints.groups[]')" web
}

test_the_rule_and_the_groups_outlive_the_coordinator() {
  keep_web_apart
  lab stop-coordinator
  lab start-coordinator
  eventually 60 all_are_ready
  expect_exit 5 create_small place-web-4 --group web
  expect_equal 'the rules' "$(roost policy show -o json | jq -c '.placement.rules')" '[{"apart":"web"}]'
}

test_of_two_members_at_once_for_the_last_host_one_wins() {
  keep_web_apart
  roost delete --yes place-web-3 >/dev/null
  local one two statuses
  {
    status=0
    create_small place-web-5 --group web >/dev/null 2>&1 || status=$?
    echo $status >"$folder/one"
  } &
  {
    status=0
    create_small place-web-6 --group web >/dev/null 2>&1 || status=$?
    echo $status >"$folder/two"
  } &
  wait
  statuses=$(sort "$folder/one" "$folder/two" | xargs)
  expect_equal 'how they end' "$statuses" '0 5'
  expect_equal 'the hosts of the group' \
    "$(roost list -o json | jq -r '.[] | select(.name | startswith("place-web-")) | .host' | sort | xargs)" 'h1 h2 h3'
}

test_labels_of_hosts_make_racks_and_a_file_says_what_a_VM_asks_for() {
  label_racks
  expect_equal 'the label' "$(host h3 .labels.rack)" b
  create_database
  expect_equal 'its host' "$(placed_on place-db)" h3
  expect_equal 'what it asks for' "$(roost show place-db -o json | jq -c .constraints)" \
    '{"groups":["db"],"require":{"rack":["b"]},"pinned":true}'
  expect_exit 5 create_small place-nowhere --require rack=c --dry-run
  expect_contains 'the decision' "$output" 'require: wants rack=c, it has rack=a'
}

test_plans_are_made_on_the_live_fleet() {
  keep_web_apart
  label_racks
  create_database
  # While a group that is kept apart is on every host, none of its members would outlive its host.
  roost delete --yes place-web-1 >/dev/null
  expect_exit 5 roost host drain h3 --plan -o json
  expect_equal 'the pinned VM' "$(jq -r '.vms[] | select(.vm == "place-db") | .why' <<<"$output")" 'it is tied to h3'
  jq -e '.vms | any(.to == null) and all(.why != null)' <<<"$output" >/dev/null || fail "the plan is $output"
  expect_exit 0 roost fit --vcpus 1 --memory 64MiB --disk 16MiB -o json
  jq -e '.count > 0 and (.per_host | length) == 3' <<<"$output" >/dev/null || fail "fit says $output"
  expect_exit 0 roost fit --vcpus 1 --memory 64MiB --group web -o json
  expect_equal 'how many members fit' "$(jq .count <<<"$output")" 1
  eventually 10 plans_agree fit --vcpus 1 --memory 1GiB --survive 1
  (($(roost fit --vcpus 1 --memory 1GiB --survive 1 -o json | jq .count) > 0)) || fail 'nothing fits'
  eventually 10 plans_agree balance plan
  roost balance plan -o json | jq -e 'has("moves") and .score_after <= .score_before' >/dev/null \
    || fail "the plan is $(roost balance plan -o json)"
  printf 'name: place-next\nmemory: 64MiB\ngroup: web\n' >"$folder/next.yaml"
  eventually 10 plans_agree place -f "$folder/next.yaml"
}

# plans_agree COMMAND…: whether it says of the fleet's export what it says of the fleet itself, but for the hosts' load,
# which counts less with each second. What hosts report may change between the two, so that this may take another look.
plans_agree() {
  local without='del(.elapsed_seconds, .score, .ranking[]?.score, .ranking[]?.terms.load)' live offline
  roost status --export-fleet >"$folder/fleet.yaml"
  offline=$(roost "$@" --fleet "$folder/fleet.yaml" -o json | jq -cS "$without" || true)
  live=$(roost "$@" -o json | jq -cS "$without" || true)
  [[ -n $live && $live == "$offline" ]]
}

test_what_a_VM_asks_for_can_be_changed_later() {
  label_racks
  expect_exit 0 create_small place-old --host h1
  expect_exit 0 roost set place-old group=old require=rack=b
  expect_contains 'the word about its host' "$errors" 'h1 would refuse place-old now, require: wants rack=b'
  expect_equal 'its host' "$(placed_on place-old)" h1
  expect_equal 'where it would go' \
    "$(roost host drain h1 --plan -o json | jq -r '.vms[] | select(.vm == "place-old") | .to')" h3
  expect_refused 64 roost set place-old vcpus=4
  expect_contains 'the refusal' "$errors" vcpus
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
  create_small place-s
  expect_exit 0 roost show place-s --why -o json
  jq -e '.on == .placed.host and (.placed.ranking | length) >= 1' <<<"$output" >/dev/null || fail "why: $output"
}

test_an_address_that_is_taken_is_the_same_conflict_in_a_dry_run() {
  local mac
  create_small place-s --network default
  mac=$(vm place-s '.nics[0].mac')
  expect_exit 4 roost create place-y --memory 64MiB --network "default,mac=$mac"
  expect_contains 'the conflict' "$errors" place-s
  local refusal=$errors
  expect_exit 4 roost create place-y --memory 64MiB --network "default,mac=$mac" --dry-run
  expect_equal 'what the dry run says' "$errors" "$refusal"
}
