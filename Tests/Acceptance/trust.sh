# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# The file in which root of a host says what the fleet may do there: what it says counts within seconds, and one that is
# broken, or that others could have written, grants nothing and is shown with the reason wherever hosts are.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

trust_file=$lab_folder/hosts/h2/host.toml

before_all() {
  use_fleet
  after_all
}

after_all() {
  rm -rf "$trust_file" "$scratch/elsewhere.toml"
  eventually 30 host_is h2 '.state == "ready" and .reason == null'
}

# says_broken WORD: whether the listing says of h2 that its file is not obeyed, and why.
says_broken() { host h2 .reason | grep 'its file is not obeyed' | grep -q -- "$1"; }

# expect_told WORD: the fleet tells the fault within seconds, places nothing by what the file says, and runs on.
expect_told() {
  eventually 15 says_broken "$1"
  expect_exit 0 roost host show h2
  expect_contains 'the host' "$output" 'is not obeyed'
  expect_contains 'the check' "$(grep 'fail  trust' <<<"$output")" "$1"
  expect_refused 5 roost import "$scratch/granted.xml" --host h2 --no-start
  expect_contains 'the refusal' "$errors" 'not obeyed now'
  host_is h2 '.state == "ready"' || fail 'the host takes no plain VM any more'
}

wish() {
  cat >"$scratch/granted.xml" <<XML
<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>granted</name>
<memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os><devices/>
<q:commandline><q:arg value='-no-user-config'/></q:commandline></domain>
XML
}

is_placed() { roost import "$scratch/granted.xml" --host h2 --dry-run; }
is_refused() { ! is_placed >/dev/null 2>&1; }

test_a_grant_counts_within_seconds_and_so_does_its_end() {
  wish
  expect_refused 5 roost import "$scratch/granted.xml" --host h2 --no-start
  expect_contains 'the line to add' "$errors" 'qemu_arguments = true'
  printf '%s\n' '[trust]' 'qemu_arguments = true' >"$trust_file"
  eventually 15 is_placed
  rm "$trust_file"
  eventually 15 is_refused
}

test_another_language_in_the_file_grants_nothing_and_is_told() {
  wish
  printf '%s\n' 'trust:' '  qemu_arguments: true' >"$trust_file"
  expect_told 'line 1'
}

test_a_link_grants_nothing_and_is_told() {
  wish
  printf '%s\n' '[trust]' 'qemu_arguments = true' >"$scratch/elsewhere.toml"
  rm -f "$trust_file"
  ln -s "$scratch/elsewhere.toml" "$trust_file"
  expect_told 'is a link'
  rm "$trust_file"
}

test_a_file_that_everybody_may_write_grants_nothing_and_is_told_until_that_is_mended() {
  wish
  printf '%s\n' '[trust]' 'qemu_arguments = true' >"$trust_file"
  chmod 0666 "$trust_file"
  expect_told 'can be written by others than root'
  chmod 0644 "$trust_file"
  eventually 15 is_placed
}
