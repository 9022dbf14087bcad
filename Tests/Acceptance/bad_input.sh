# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# What people and programs get wrong: each is refused by a sentence that names it and the exit code of the contract,
# and leaves the coordinator's data as they were.
time_limit=120
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

folder=$scratch/bad

before_all() {
  use_fleet
  rm -rf "$folder"
  mkdir -p "$folder"
}

after_all() {
  rm -rf "$folder"
  remove_vms_like '^(bad|office|reception)'
}

# as_is COMMAND…: a test's body of refusals, after which everything must stand as before.
as_is() {
  local before
  before=$(what_stands; last_event)
  "$@"
  local difference
  difference=$(diff <(echo "$before") <(what_stands; last_event) || true)
  [[ -z $difference ]] || fail "something was changed: $difference"
}

# says TEXT: the last refusal names it.
says() { expect_contains 'the refusal' "$errors" "$1"; }

# --- create, by flags ---

create() { roost create "$1" --no-start "${@:2}"; }

refuse_names() {
  local name
  # shellcheck disable=SC2016
  for name in '' '../evil' 'a/b' '/etc/passwd' '.hidden' '..' $'tab\there' $'line\nbreak' $'bell\a' $'escape\e[31m' \
    'blank name' 'ünïcode' '$(reboot)' "quote'" '<name>' '-rf' "$(printf 'x%.0s' {1..64})" \
    "$(printf 'x%.0s' {1..100000})"; do
    expect_refused 64 create "$name"
    [[ $errors != *$'\a'* && $errors != *$'\e'* ]] || fail 'control characters reach the terminal'
    ((${#errors} < 4000)) || fail "a refusal of ${#errors} characters"
  done
  expect_refused 64 roost create
}

test_names_that_are_none() { as_is refuse_names; }

refuse_sizes() {
  local size
  for size in 0 -1 -1GiB 9223372036854775807 9223372036854775808 18446744073709551616 99999999999999999999TiB \
    1KiB 1e9 0x10 nan inf '' ' ' much 1XiB 4GiB4 $'2\tGiB'; do
    expect_refused 64 create bad-memory "--memory=$size"
    [[ $errors =~ memory|size ]] || fail "the refusal names nothing: $errors"
    expect_refused 64 create bad-disk "--disk=$size"
    [[ $errors =~ disk|size ]] || fail "the refusal names nothing: $errors"
  done
  expect_refused 64 create bad-memory --memory 65TiB
  says memory
  expect_refused 64 create bad-disk --disk 1025PiB
  says disk
  for size in 0 -1 4097 9223372036854775808 99999999999999999999 1.5 two ''; do
    expect_refused 64 create bad-vcpus "--vcpus=$size"
    says vcpus
  done
}

test_sizes_and_counts_out_of_range() { as_is refuse_sizes; }

refuse_networks() {
  local network
  for network in '' '../default' 'default,mac=' 'default,mac=00:00:00:00:00:00' 'default,mac=ff:ff:ff:ff:ff:ff' \
    'default,mac=01:00:5e:00:00:01' 'default,mac=02:00:00:00:00' 'default,mac=02:00:00:00:00:00:00' \
    'default,mac=zz:00:00:00:00:01' 'default,color=red' 'default,mac=02:00:00:00:00:01,mac=02:00:00:00:00:02' \
    $'def\nault' "$(printf 'n%.0s' {1..64})"; do
    expect_refused 64 create bad-network --network "$network"
  done
  expect_refused 64 create bad-network --network default,mac=02:00:00:00:00:01 --network default,mac=02:00:00:00:00:01
}

test_networks_and_addresses_that_no_VM_may_have() { as_is refuse_networks; }

refuse_unknown_things() {
  expect_refused 3 create bad-image --image nowhere
  says nowhere
  expect_refused 3 create bad-host --host h99
  says h99
  expect_refused 5 create bad-plug --network nowhere --memory 64MiB --disk 16MiB
  says nowhere
  expect_refused 64 roost create bad-flag --no-such-flag
  says --no-such-flag
  expect_refused 64 roost dance
  says dance
  expect_refused 64 roost list -o papyrus
  says papyrus
  local verb yes
  for verb in start stop restart pause resume show delete console vnc; do
    yes=()
    [[ $verb != delete ]] || yes=(--yes)
    expect_refused 3 roost "$verb" nobody-of-that-name "${yes[@]}"
    says nobody-of-that-name
    expect_refused 3 roost "$verb" 00000000-0000-4000-8000-000000000000 "${yes[@]}"
    says 00000000-0000-4000-8000-000000000000
  done
  expect_refused 3 roost op show 00000000-0000-4000-8000-000000000000
  says 00000000-0000-4000-8000-000000000000
  expect_refused 3 roost host show h99
  says h99
  expect_refused 3 roost image delete nowhere --yes
  says nowhere
}

test_things_that_do_not_exist() { as_is refuse_unknown_things; }

refuse_as_json() {
  expect_exit 64 roost create bad-json --memory 0 -o json
  local part
  for part in code message hint retryable; do
    jq -e ".error | has(\"$part\")" <<<"$errors" >/dev/null || fail "the error lacks $part: $errors"
  done
  expect_equal 'its code' "$(jq -r .error.code <<<"$errors")" invalid
  expect_exit 3 roost show nobody-of-that-name -o json
  expect_equal 'its code' "$(jq -r .error.code <<<"$errors")" not_found
  expect_empty 'stdout' "$output"
}

test_a_refusal_is_a_value_for_those_who_ask_for_json() { as_is refuse_as_json; }

# --- create, by file ---

# file NAME TEXT
file() { printf '%b' "$2" >"$folder/$1"; }

refuse_yaml() {
  file empty.yaml ''
  file list.yaml '- name: bad-list\n'
  file word.yaml 'hello\n'
  file broken.yaml 'name: [bad\nvcpus: 1\n'
  file binary.yaml '\0\01\02\03PNG\n'
  file control.yaml 'name: "bad\\u0007bell"\nvcpus: 1\nmemory: 64MiB\n'
  file parent.yaml 'name: ../bad\nvcpus: 1\nmemory: 64MiB\n'
  file type.yaml 'name: bad-type\nvcpus: many\nmemory: 64MiB\n'
  file map.yaml 'name: bad-map\nvcpus: {a: 1}\nmemory: 64MiB\n'
  file zero.yaml 'name: bad-zero\nvcpus: 1\nmemory: 0\n'
  file negative.yaml 'name: bad-negative\nvcpus: -1\nmemory: 64MiB\n'
  file huge-number.yaml 'name: bad-huge\nvcpus: 1\nmemory: 9223372036854775808\n'
  file twice.yaml 'name: bad-twice\nname: bad-twice-too\nvcpus: 1\nmemory: 64MiB\n'
  local name
  for name in empty list word broken binary control parent type map zero negative huge-number twice; do
    expect_refused 64 roost create -f "$folder/$name.yaml" --no-start
  done
  file typo.yaml 'name: bad-typo\nvcpus: 1\nmemry: 64MiB\n'
  expect_refused 64 roost create -f "$folder/typo.yaml" --no-start
  says memry
  says memory
  [[ $errors =~ line\ 3|:3 ]] || fail "the line is missing: $errors"
  file type.yaml 'name: bad-type\nvcpus: many\nmemory: 64MiB\n'
  expect_refused 64 roost create -f "$folder/type.yaml" --no-start
  says vcpus
  [[ $errors =~ line\ 2|:2 ]] || fail "the line is missing: $errors"
}

test_yaml_that_is_empty_broken_or_of_the_wrong_type() { as_is refuse_yaml; }

refuse_large_yaml() {
  { echo 'name: bad-large'; head -c 3000000 /dev/zero | tr '\0' '#'; } >"$folder/large.yaml"
  expect_refused 64 roost create -f "$folder/large.yaml" --no-start
  # Eight aliases of eight aliases of eight aliases: small to write, a thousand million to read.
  {
    echo 'a: &a [x, x, x, x, x, x, x, x, x]'
    local letter before=a
    for letter in b c d e f g h i j; do
      echo "$letter: &$letter [*$before, *$before, *$before, *$before, *$before, *$before, *$before, *$before]"
      before=$letter
    done
  } >"$folder/bomb.yaml"
  expect_refused 64 timeout 20 roost create -f "$folder/bomb.yaml" --no-start
  # shellcheck disable=SC2183
  { printf '[%.0s' {1..5000}; echo; } >"$folder/deep.yaml"
  expect_refused 64 timeout 20 roost create -f "$folder/deep.yaml" --no-start
}

test_yaml_that_is_huge_deep_or_a_bomb() { as_is refuse_large_yaml; }

refuse_files() {
  local verb
  for verb in 'create -f' import place\ -f 'image import'; do
    # shellcheck disable=SC2086
    roost $verb "$folder/not-there" >"$folder/said" 2>&1 && fail "roost $verb takes a file that is not there"
    expect_contains "what roost $verb says" "$(<"$folder/said")" not-there
    # shellcheck disable=SC2086
    roost $verb "$folder" >"$folder/said" 2>&1 && fail "roost $verb takes a folder"
    [[ $(<"$folder/said") != *Fatal* ]] || fail "roost $verb crashes on a folder"
  done
}

test_files_that_are_not_there_or_are_folders() { as_is refuse_files; }

# --- import ---

import() { roost import "$folder/$1" --create-disks 64MiB --no-start; }

# altered SED OUTPUT: a good file with one thing wrong.
altered() {
  sed -e 's/reception_desk/bad_desk/; s/20:26:01/20:26:71/' -e "$1" "$fixtures/reception_desk.xml" >"$folder/$2"
}

refuse_xml() {
  : >"$folder/empty.xml"
  file blank.xml '  \n\n'
  file word.xml 'hello'
  file network.xml '<network><name>bad</name></network>'
  file binary.xml '\0\01\02\03ELF'
  head -c 700 "$fixtures/reception_desk.xml" >"$folder/truncated.xml"
  {
    echo '<!DOCTYPE domain [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    local letter before='&a;'
    for letter in b c d e f g h i j; do
      echo "<!ENTITY $letter \"$before$before$before$before$before$before$before$before$before$before\">"
      before="&$letter;"
    done
    echo ']>'
    sed 's/reception_desk/\&j;/' "$fixtures/reception_desk.xml"
  } >"$folder/bomb.xml"
  {
    echo '<!DOCTYPE domain [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    sed 's/reception_desk/\&secret;/' "$fixtures/reception_desk.xml"
  } >"$folder/foreign-entity.xml"
  { echo '<domain><!--'; head -c 3000000 /dev/zero | tr '\0' 'x'; echo '--></domain>'; } >"$folder/huge.xml"
  { printf '<domain>'; printf '<a>%.0s' {1..20000}; } >"$folder/deep.xml"
  altered 's/bad_desk//' nameless.xml
  altered "s#<name>.*</name>#<name>../evil</name>#" parent.xml
  altered "s#<name>.*</name>#<name>a\&\#9;b</name>#" control.xml
  altered '/<name>/d' no-name.xml
  altered "s#<memory .*</memory>#<memory unit='GiB'>0</memory>#" memory-zero.xml
  altered "s#<memory .*</memory>#<memory unit='b'>9223372036854775808</memory>#" memory-too-large.xml
  altered "s#<memory .*</memory>#<memory unit='TiB'>9223372036854775807</memory>#" memory-overflow.xml
  altered "s#<memory .*</memory>#<memory unit='GiB'>-4</memory>#" memory-negative.xml
  altered "s#<memory .*</memory>#<memory unit='GiB'>lots</memory>#" memory-word.xml
  altered "s#<memory unit='GiB'>#<memory unit='furlong'>#" memory-unit.xml
  altered "s#<vcpu>.*</vcpu>#<vcpu>0</vcpu>#" vcpu-zero.xml
  altered "s#<vcpu>.*</vcpu>#<vcpu>-2</vcpu>#" vcpu-negative.xml
  altered "s#<vcpu>.*</vcpu>#<vcpu>9223372036854775808</vcpu>#" vcpu-too-large.xml
  altered "s#00:16:3e:20:26:71#01:16:3e:20:26:71#" mac-multicast.xml
  altered "s#00:16:3e:20:26:71#00:00:00:00:00:00#" mac-zero.xml
  altered "s#00:16:3e:20:26:71#hello#" mac-word.xml
  altered "s#images/reception.qcow2#images/../../../../etc/evil.qcow2#" path-parent.xml
  altered "s#/var/lib/libvirt/images/reception.qcow2#evil.qcow2#" path-relative.xml
  altered "s#kvmbr0#../kvmbr0#" bridge-parent.xml
  local xml
  for xml in "$folder"/*.xml; do
    expect_refused 64 timeout 20 roost import "$xml" --create-disks 64MiB --no-start
    [[ $errors != *"$(head -n 1 /etc/passwd)"* ]] || fail 'a file was read through an entity'
  done
  expect_refused 64 roost import "$fixtures/reception_desk.xml" --create-disks 0 --no-start
  expect_refused 64 roost import "$fixtures/reception_desk.xml" --create-disks=-1GiB --no-start
  expect_refused 64 roost import "$fixtures/reception_desk.xml" --create-disks 9223372036854775808 --no-start
  expect_refused 3 roost import "$fixtures/reception_desk.xml" --create-disks 64MiB --cdrom nowhere --no-start
  says nowhere
}

test_xml_that_is_empty_truncated_huge_a_bomb_or_out_of_range() { as_is refuse_xml; }

# --- images ---

refuse_images() {
  local disks=$folder/disks
  mkdir -p "$disks"
  qemu-img create -q -f qcow2 "$disks/base.qcow2" 8M
  qemu-img create -q -f qcow2 -F qcow2 -b "$disks/base.qcow2" "$disks/overlay.qcow2"
  expect_refused 64 roost image import "$disks/overlay.qcow2" --name bad-overlay
  says backing
  # A backing file that does not exist, and one that must not be read.
  qemu-img create -q -u -f qcow2 -F raw -b /etc/shadow "$disks/thief.qcow2" 8M
  expect_refused 64 roost image import "$disks/thief.qcow2" --name bad-thief
  says backing
  qemu-img create -q -f qcow2 -o data_file="$disks/data.raw" "$disks/data.qcow2" 8M
  expect_refused 64 roost image import "$disks/data.qcow2" --name bad-data
  head -c 300 "$disks/base.qcow2" >"$disks/cut.qcow2"
  expect_refused 64 roost image import "$disks/cut.qcow2" --name bad-cut
  : >"$disks/empty.qcow2"
  expect_refused 64 roost image import "$disks/empty.qcow2" --name bad-empty
  expect_refused 64 roost image import "$disks/base.qcow2" --name '../bad'
  expect_refused 64 roost image import "$disks/base.qcow2" --name ''
  expect_refused 64 roost image import "$disks/base.qcow2" --name $'bad\e[2J'
  expect_refused 4 roost image import "$disks/base.qcow2" --name tiny
  says tiny
  local size
  for size in 0 -1 9223372036854775808 lots; do
    expect_refused 64 roost image create bad-blank --format qcow2 "--size=$size"
  done
  expect_refused 64 roost image create bad-format --format vmdk --size 8MiB
  expect_refused 64 roost image create '../bad' --format qcow2 --size 8MiB
  expect_equal 'the files of the library' "$(find "$lab_folder/coordinator" -name '*bad*')" ''
}

test_images_with_a_backing_file_cut_off_or_misnamed() { as_is refuse_images; }

test_after_all_that_the_coordinator_is_well() {
  expect_exit 0 roost list
  local host
  for host in h1 h2 h3; do host_is $host '.state == "ready"' || fail "$host is $(host $host .state)"; done
  roost backup "$folder/backup.sqlite" >/dev/null
  expect_equal 'the check of its data' "$(sqlite3 "$folder/backup.sqlite" 'PRAGMA quick_check')" ok
  expect_equal 'rows that point nowhere' "$(sqlite3 "$folder/backup.sqlite" 'PRAGMA foreign_key_check')" ''
}
