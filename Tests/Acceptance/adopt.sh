# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# VMs that people made with virsh become managed in place, and unmanaged again. No QEMU process changes, and no byte of
# a domain's XML but Roost's mark in its metadata; conflicts are shown first, and copies are told from collisions. Two
# pets' way in and out, then a crowd's way in, in order.
time_limit=240
in_order=yes
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

# Two hundred small domains over three hosts; the last ten have the address of one of the first ten.
crowd=200 copies=10

before_all() {
  use_fleet
  after_all
  local spice="<graphics type='spice' autoport='yes' listen='127.0.0.1'/>"
  unmanaged_domain pet 52:54:00:20:30:01 '' "<graphics type='vnc' port='-1' autoport='yes'/>$spice" \
    | virsh_on h1 define /dev/stdin
  unmanaged_domain resting-pet 52:54:00:20:30:02 '' "<graphics type='vnc' port='6123' autoport='no'/>" \
    | virsh_on h1 define /dev/stdin
  virsh_on h1 start pet
  eventually 5 has_vm resting-pet
}

after_all() {
  local host names
  mapfile -t names < <(roost list -o json | jq -r \
    '.[] | select(.managed and (.name | test("^(pet|resting-pet|crowd-)"))) | .name')
  ((${#names[@]} == 0)) || roost release --quiet "${names[@]}"
  for host in h1 h2 h3; do
    remove_domains "$host" pet resting-pet
    # shellcheck disable=SC2016
    on "$host" bash -c 'virsh -q list --all --name | grep "^crowd-" \
      | while read -r name; do virsh -q undefine "$name"; done' || true
  done
}

# xml HOST VM [FLAG…]: its document as virsh shows it, without the metadata element.
xml() {
  local host=$1 name=$2
  shift 2
  virsh_on "$host" dumpxml "$@" "$name" | sed '/^  <metadata>$/,/^  <\/metadata>$/d; /^  <metadata\/>$/d'
}

# keep_documents: what virsh shows before anything is adopted.
keep_documents() {
  xml h1 pet >"$scratch/pet.live"
  xml h1 pet --inactive >"$scratch/pet.saved"
  virsh_on h1 dumpxml --inactive pet >"$scratch/pet.whole"
  virsh_on h1 dumpxml --inactive resting-pet >"$scratch/resting-pet.whole"
  xml h1 resting-pet >"$scratch/resting-pet.saved"
  identity_of "$(qemu_pid h1 pet)" >"$scratch/pet.process"
}

expect_same_guests() {
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h1 pet)")" "$(<"$scratch/pet.process")"
  expect_equal 'the running XML' "$(xml h1 pet)" "$(<"$scratch/pet.live")"
  expect_equal 'the saved XML' "$(xml h1 pet --inactive)" "$(<"$scratch/pet.saved")"
  expect_equal 'the XML of the one that is off' "$(xml h1 resting-pet)" "$(<"$scratch/resting-pet.saved")"
}

test_a_dry_run_says_what_would_come_of_it_and_changes_nothing() {
  keep_documents
  local before
  before=$(what_stands)
  expect_exit 0 roost adopt --all --host h1 --dry-run -o json
  expect_equal 'the verdicts' "$(jq -c '[.[] | select(.name | test("pet")) | [.name, .verdict]]' <<<"$output")" \
    '[["pet","adopt"],["resting-pet","adopt"]]'
  expect_unchanged 'a dry run' "$before"
}

test_a_running_VM_is_adopted_in_place() {
  expect_exit 0 roost adopt pet --host h1
  vm_is pet '.managed and .state == "running" and .host == "h1"' || fail "$(vm pet .)"
  mac_is 52:54:00:20:30:01 '.state == "allocated" and .source == "observed" and .owner.vm == "pet"' \
    || fail "$(roost mac show 52:54:00:20:30:01 -o json)"
  local port
  port=$(virsh_on h1 domdisplay --type vnc pet | sed 's/.*://')
  expect_equal 'its port' "$(vm pet .vnc.port)" $((5900 + port))
  expect_equal 'the owner of the port' \
    "$(roost port list -o json | jq -r --argjson port $((5900 + port)) '.[] | select(.port == $port) | .vm')" pet
  expect_contains 'its metadata' "$(virsh_on h1 dumpxml pet)" '<roost:vm '
  expect_same_guests
}

test_one_that_is_off_is_adopted_too_and_starts_by_either_hand() {
  expect_exit 0 roost adopt resting-pet --host h1
  expect_equal 'its port' "$(vm resting-pet .vnc.port)" 6123
  expect_same_guests
  expect_exit 0 roost start resting-pet
  roost stop --force resting-pet
  virsh_on h1 start resting-pet
  virsh_on h1 destroy resting-pet
  expect_same_guests
}

test_what_is_managed_or_not_there_is_refused() {
  expect_refused 4 roost adopt pet --host h1
  expect_contains 'the refusal' "$errors" '"pet"'
  expect_refused 3 roost adopt pet --host h2
  expect_contains 'the refusal' "$errors" h2
  expect_refused 3 roost adopt nobody
  expect_contains 'the refusal' "$errors" '"nobody"'
  expect_refused 64 roost adopt
}

test_guests_work_without_Roost() {
  lab stop-agent h1
  lab stop-coordinator
  virsh_on h1 start resting-pet
  virsh_on h1 destroy resting-pet
  expect_same_guests
  lab start-coordinator
  lab start-agent h1
  eventually 30 host_is h1 '.state == "ready"'
}

test_a_released_VM_is_as_it_was() {
  expect_exit 0 roost release pet resting-pet
  vm_is pet '.managed == false and .state == "running"' || fail "$(vm pet .)"
  mac_is 52:54:00:20:30:01 '.state == "observed"' || fail "$(roost mac show 52:54:00:20:30:01 -o json)"
  expect_same_guests
  expect_equal 'all of the saved XML' "$(virsh_on h1 dumpxml --inactive pet)" "$(<"$scratch/pet.whole")"
  expect_equal 'all of the XML of the one that is off' "$(virsh_on h1 dumpxml --inactive resting-pet)" \
    "$(<"$scratch/resting-pet.whole")"
}

# define_crowd HOST FIRST LAST: one shell inside the host for all of them.
define_crowd() {
  local host=$1 number twin disk
  for ((number = $2; number <= $3; number++)); do
    twin=$number
    ((number <= crowd - copies)) || twin=$((number - crowd + copies))
    # Half of the copies have the disk of what they were copied from; the others collide by their address alone.
    disk=''
    ((twin > copies / 2)) \
      || disk="<disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='/srv/crowd-$twin.img'/><target dev='vda' bus='virtio'/></disk>"
    cat >"$scratch/crowd-$number.xml" <<END
<domain type='qemu'><name>crowd-$number</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
$disk
<interface type='network'><source network='default'/>
<mac address='$(printf '52:54:00:21:00:%02x' "$twin")'/></interface>
</devices></domain>
END
  done
  # shellcheck disable=SC2016
  on "$host" bash -c 'for ((n = $2; n <= $3; n++)); do virsh -q define "$1/crowd-$n.xml"; done' \
    define "$scratch" "$2" "$3"
}

test_of_two_hundred_VMs_exactly_the_ten_that_are_copies_are_reported() {
  define_crowd h1 1 67
  define_crowd h2 68 134
  define_crowd h3 135 $crowd
  eventually 30 crowd_is_listed
  expect_exit 0 roost mac conflicts -o json
  expect_equal 'how many addresses two have' "$(jq length <<<"$output")" $copies
  expect_exit 2 roost adopt --all --dry-run -o json
  expect_equal 'who is refused' \
    "$(jq -r '[.[] | select(.verdict != "adopt") | .name | ltrimstr("crowd-") | tonumber] | sort | join(" ")' \
      <<<"$output")" \
    "$(seq $((crowd - copies + 1)) $crowd | xargs)"
  # Each by what it is, and by the one that was there before it.
  expect_equal 'what they are' "$(jq -r '
    [.[] | select(.verdict != "adopt") | (.name | ltrimstr("crowd-") | tonumber) as $number
      | (.error.message | capture("(?<what>a copy|a collision).*; the original is \"crowd-(?<of>[0-9]+)\" on h1"))
      | "\($number) is \(.what) of \(.of)"] | sort | join(", ")' <<<"$output")" \
    "$(for ((number = 1; number <= copies; number++)); do
      if ((number <= copies / 2)); then what='a copy'; else what='a collision'; fi
      echo "$((crowd - copies + number)) is $what of $number"
    done | sort | paste -sd , | sed 's/,/, /g')"
}

crowd_is_listed() {
  roost list -o json | jq -e --argjson crowd $crowd '[.[] | select(.name | test("^crowd-"))] | length == $crowd'
}

test_all_but_those_are_adopted_and_nothing_but_metadata_changes() {
  local host
  for host in h1 h2 h3; do all_documents "$host" >"$scratch/$host.before"; done
  expect_exit 2 roost adopt --all --yes --quiet
  expect_equal 'how many are managed' \
    "$(roost list -o json | jq '[.[] | select(.managed and (.name | test("^crowd-")))] | length')" $((crowd - copies))
  for host in h1 h2 h3; do
    all_documents "$host" | diff "$scratch/$host.before" - || fail "an XML on $host has changed"
  done
  expect_equal 'the QEMU process' "$(identity_of "$(qemu_pid h1 pet)")" "$(<"$scratch/pet.process")"
  # Whose address belongs to a managed VM by now is not adopted by any word.
  expect_refused 4 roost adopt "crowd-$((crowd - copies + 1))" --host h3 --accept-conflicts
  expect_contains 'the refusal' "$errors" crowd-1
}

# all_documents HOST: every domain's XML without its metadata.
all_documents() {
  # shellcheck disable=SC2016
  on "$1" bash -c 'for name in $(virsh -q list --all --name | sort); do virsh -q dumpxml --inactive "$name"; done' \
    | sed '/^  <metadata>$/,/^  <\/metadata>$/d; /^  <metadata\/>$/d'
}
