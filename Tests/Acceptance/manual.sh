# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The manual's examples: what stands behind "$ " in a block that begins with "```console run" is typed in the lab, in
# the order of the page. It ends as the page says (with an error if the page shows one), and some line that it prints
# begins as the first one of the page does, whatever its numbers and its host.
time_limit=240
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

pages=$repository/deploy/man

before_all() {
  use_fleet
  after_all
}

after_all() { remove_vms web-1 web-2 big; }

# commands_of PAGE: a line for each command of its runnable blocks: the command, a tab, and the first line it prints.
commands_of() {
  awk '
    function flush() { if (command != "") print command "\t" answer; command = answer = "" }
    /^```/ { flush(); running = ($0 == "```console run"); next }
    !running { next }
    /^\$ / { flush(); command = substr($0, 3); next }
    answer == "" { answer = $0 }
    END { flush() }
  ' "$pages/$1.md"
}

# shape: text without what differs from run to run.
shape() { sed -E 's/[0-9]+/N/g; s/ +/ /g'; }

# has_shape WANTED TEXT: some line of the text begins like that.
has_shape() {
  local wanted line
  wanted=$(shape <<<"$1")
  while read -r line; do
    if [[ $line == "$wanted"* ]]; then return 0; fi
  done < <(shape <<<"$2")
  return 1
}

# type_examples PAGE: types them all.
type_examples() {
  local command answer status said count=0
  remove_vms web-1 web-2 big
  while IFS=$'\t' read -r command answer; do
    status=0
    said=$(bash -c "$command" 2>&1 </dev/null) || status=$?
    if [[ $answer == error:* ]]; then
      ((status)) || fail "\"$command\" exits with 0; the page shows an error"
    else
      ((status == 0)) || fail "\"$command\" exits with $status: $said"
    fi
    has_shape "$answer" "$said" || fail "\"$command\" says \"$said\"; the page has \"$answer\""
    count=$((count + 1))
  done < <(commands_of "$1")
  ((count)) || fail "$1 has no example to run"
}

test_the_examples_of_roost() { type_examples roost.1; }
test_the_examples_of_placement() { type_examples roost-placement.7; }
test_the_examples_of_addresses() { type_examples roost-addresses.7; }
test_the_examples_of_starts_behind_its_back() { type_examples roost-outofband.7; }
test_the_examples_of_recovery() { type_examples roost-recovery.7; }
test_the_examples_of_keys() { type_examples roost-keys.7; }
test_the_examples_of_adopt() { type_examples roost-adopt.7; }
test_the_examples_of_virsh() { type_examples roost-virsh.7; }
test_the_examples_of_events() { type_examples roost-events.7; }

test_every_page_with_examples_is_tried() {
  local page
  for page in "$pages"/*.[1-9].md; do
    grep -q '^```console run$' "$page" || continue
    page=$(basename "$page" .md)
    grep -q "type_examples $page;" "$repository/Tests/Acceptance/manual.sh" \
      || fail "the examples of $page are not typed"
  done
}

test_an_installed_roost_shows_its_manual() {
  local work
  work=$(mktemp -d)
  mkdir "$work/binaries"
  cp "$(command -v roost)" "$work/binaries/roost"
  expect_exit 0 "$repository/deploy/install" --bin "$work/binaries" --destdir "$work/target" cli
  expect_exit 0 "$work/target/usr/local/bin/roost" help placement
  expect_contains 'the page' "$output" 'how Roost chooses a host'
  expect_exit 0 "$work/target/usr/local/bin/roost" help topics
  expect_contains 'the topics' "$output" 'roost.yaml(5)'
  rm "$work/target/usr/local/share/doc/roost/manual"/*
  expect_exit 3 "$work/target/usr/local/bin/roost" help placement
  expect_contains 'the error' "$errors" 'error: '
  rm -r "$work"
}
