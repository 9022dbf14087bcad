# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh and the runner read and set variables
#
# The scripts themselves: that each is sound shell, says what it does, and refuses what it does not know.
time_limit=120

# run_story [OPTION…]: the runner, on a file of its own, that it gets without the blanks before its lines.
run_story() {
  local file
  file=$(mktemp --suffix .sh)
  sed 's/^ *//' >"$file"
  "$repository/Tests/Acceptance/run" "$file" "$@" | sed "s/$(basename "$file" .sh)/story/; s/ ([0-9]* s)\$//" || true
  rm "$file"
}

test_each_test_runs_alone_and_what_stands_before_each_runs_with_it() {
  local story='before_each() { ready=yes; }
    test_the_first() { false; }
    test_the_second() { [[ $ready == yes ]]; }'
  expect_equal 'what the runner says' "$(run_story --only second <<<"$story")" \
    $'ok   story: the second\n1 passed, 0 failed'
}

test_a_file_in_order_runs_the_steps_before_and_skips_those_after_a_failure() {
  local story='in_order=yes
    test_one() { true; }
    test_two() { echo broken; false; }
    test_three() { true; }'
  expect_equal 'a later step alone' "$(run_story --only two <<<"$story" | head -n 2)" \
    $'ok   story: one\nFAIL story: two'
  expect_equal 'all of it' "$(run_story <<<"$story")" 'ok   story: one
FAIL story: two
       broken
skip story: three: the step "two" failed

failed: story: two
1 passed, 1 failed, 1 skipped'
}

test_the_index_names_every_file_of_tests() {
  local index=$repository/Tests/Acceptance/README.md
  expect_equal 'the files of the index' "$(sed -n 's/^| `\([a-z_]*\)\.sh`.*/\1/p' "$index" | sort)" \
    "$(cd "$repository/Tests/Acceptance" && grep -l '^test_' ./*.sh | sed 's#^\./##; s#\.sh$##' | sort)"
}

# scripts_of_deploy: those a person runs.
scripts_of_deploy() {
  find "$repository/deploy" -maxdepth 1 -type f -perm -u+x
  echo "$repository/deploy/guest/build"
  echo "$repository/Tests/Acceptance/run"
}

# shell_files: every file of ours that a shell reads.
shell_files() {
  grep -rlE '^#!(/usr/bin/env bash|/bin/sh|/bin/busybox sh)|^# shellcheck shell=' \
    "$repository/deploy" "$repository/Tests/Acceptance" "$repository/.ci"
}

test_every_script_passes_shellcheck() {
  command -v shellcheck >/dev/null || skip 'there is no shellcheck (deploy/packages --develop)'
  local files
  mapfile -t files < <(shell_files)
  cd "$repository" || exit
  shellcheck --severity=warning "${files[@]}"
}

test_every_script_stops_at_the_first_error() {
  local script
  while read -r script; do
    grep -q '^set -euo pipefail$' "$script" || fail "$script goes on after an error"
  done < <(scripts_of_deploy)
}

test_every_script_explains_itself() {
  local script
  while read -r script; do
    expect_exit 0 "$script" --help
    expect_contains "the help of $script" "$output" "${script##*/}"
  done < <(scripts_of_deploy)
}

test_every_script_refuses_an_option_it_does_not_know() {
  local script
  while read -r script; do
    expect_exit 64 "$script" --no-such-option
    [[ $errors == *--no-such-option* || $errors == usage:* ]] || fail "$script does not say what is wrong: $errors"
  done < <(scripts_of_deploy)
}

test_packages_are_there_and_asking_again_installs_nothing() {
  expect_exit 0 "$repository/deploy/packages"
  expect_contains 'what it says' "$output" 'are installed'
}

test_the_guest_is_built_once() {
  local folder=${ROOST_GUEST_DIR:-$repository/.build/guest} before
  "$repository/deploy/guest/build" "$folder"
  before=$(stat --format %Y "$folder/tiny.qcow2")
  expect_exit 0 "$repository/deploy/guest/build" "$folder"
  expect_contains 'what it says' "$output" 'up to date'
  expect_equal 'the time of the image' "$(stat --format %Y "$folder/tiny.qcow2")" "$before"
  (($(stat --format %s "$folder/tiny.qcow2") < 60 << 20)) || fail 'the image is larger than 60 MiB'
}

test_what_was_built_is_what_is_pinned() {
  expect_exit 0 "$repository/deploy/versions" --check
  expect_contains 'what it says' "$output" 'are built as pinned'
}

# a_copy_of_the_pins: a tree that holds just what deploy/versions reads; its path is in $copy.
a_copy_of_the_pins() {
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  mkdir -p "$copy/deploy" "$copy/.build"
  cp "$repository/deploy/versions" "$copy/deploy/"
  cp "$repository/Package.swift" "$copy/"
  cp "$repository/.build/workspace-state.json" "$copy/.build/"
}

test_a_package_that_was_built_in_another_version_is_named() {
  a_copy_of_the_pins
  sed -i 's/"version" : "7.10.0"/"version" : "7.11.0"/' "$copy/.build/workspace-state.json"
  expect_exit 1 "$copy/deploy/versions" --check
  expect_contains 'what it says' "$errors" 'github.com/groue/GRDB.swift 7.11.0 was built, the table says 7.10.0'
}

test_a_package_that_is_asked_for_without_an_exact_version_is_refused() {
  a_copy_of_the_pins
  sed -i 's/exact: "7.10.0"/from: "7.10.0"/' "$copy/Package.swift"
  expect_exit 1 "$copy/deploy/versions" --check
  expect_contains 'what it says' "$errors" 'without an exact version'
}

test_the_bill_of_materials_names_every_package_and_library() {
  local bill
  bill=$("$repository/deploy/versions" --sbom)
  expect_equal 'its form' "$(jq -r '"\(.bomFormat) \(.specVersion)"' <<<"$bill")" 'CycloneDX 1.5'
  expect_equal 'its Swift packages' \
    "$(jq '[.components[] | select(.purl | startswith("pkg:swift/"))] | length' <<<"$bill")" \
    "$("$repository/deploy/versions" | wc -l)"
  expect_equal 'components without a version or a licence' \
    "$(jq '[.components[] | select((.version | length) == 0 or (.licenses | length) == 0)] | length' <<<"$bill")" 0
  expect_contains 'its libraries' "$(jq -r '.components[].purl' <<<"$bill")" 'pkg:deb/debian/libvirt0@'
}
