# shellcheck shell=bash disable=SC2034,SC2154 # the runner reads and sets variables
#
# The bench of a made-up fleet, with so few hosts that its figures say nothing: that each thing is measured, that one
# run is compared with another, and that nothing is left. It needs the programs of the lab, and not the lab.
time_limit=240
eval "$(lab env)"

# bench_fleet [ARGUMENT…]: with the programs that the lab runs.
bench_fleet() { ROOST_BIN=$(dirname "$(command -v roost-coordinator)") "$repository/deploy/bench-fleet" "$@"; }

before_each() {
  folder=$(mktemp -d)
  export TMPDIR=$folder
  trap 'rm -rf "$folder"' EXIT
}

test_every_figure_of_a_small_fleet_is_measured_and_compared_with_an_earlier_run() {
  expect_exit 0 bench_fleet 5 50 --steady 1 --save "$folder/first.json"
  [[ $output != *fails:* ]] || fail "a figure is not measured: $output"
  expect_equal 'how many figures are saved' "$(jq '[.rows[] | select(.value)] | length' "$folder/first.json")" 33
  expect_equal 'hosts called down falsely' \
    "$(jq -c '[.rows[] | select(.figure | endswith("Lost")) | .value]' "$folder/first.json")" '[0,0,0,0]'
  expect_exit 0 bench_fleet 5 50 --template --steady 1
  [[ $output != *fails:* ]] || fail "a figure is not measured with hosts of one template: $output"
  expect_exit 0 bench_fleet 5 50 --steady 1 --against "$folder/first.json"
  expect_contains 'the comparison' "$output" NOW/BEFORE
  expect_equal 'what is left' "$(ls "$folder")" first.json
  expect_empty 'the coordinators that are left' "$(pgrep -f "$folder" || true)"
}

test_figures_of_another_fleet_are_refused_before_anything_is_measured() {
  echo '{"shape": {"hosts": 7, "vms": 70, "isTemplate": false}, "rows": []}' >"$folder/other.json"
  expect_exit 64 bench_fleet 5 50 --against "$folder/other.json"
  expect_contains 'what it says' "$errors" 'is of 7 hosts and 70 VMs'
  expect_exit 64 bench_fleet 5 50 --against "$folder/none.json"
  expect_contains 'what it says' "$errors" 'has no figures of an earlier run'
}

test_a_coordinator_that_does_not_work_is_an_error_and_nothing_is_left() {
  printf '#!/bin/sh\necho "error: broken" >&2\nexit 3\n' >"$folder/roost-coordinator"
  chmod +x "$folder/roost-coordinator"
  cp "$folder/roost-coordinator" "$folder/roost"
  local status=0
  errors=$(ROOST_BIN=$folder "$repository/deploy/bench-fleet" 5 50 2>&1) || status=$?
  expect_equal 'its exit status' "$status" 1
  expect_contains 'what it says' "$errors" 'roost-coordinator init: error: broken'
  expect_equal 'what is left' "$(ls "$folder")" $'roost\nroost-coordinator'
}
