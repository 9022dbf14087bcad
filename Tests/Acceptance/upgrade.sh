# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh, old_fleet.sh and the runner set variables
#
# A fleet of the first release is upgraded: new programs start on the database, the agents' states, the certificates,
# the token and the marks that the old ones left; its guests go on. One fleet's story, in order, in a lab of its own.
#
# The old fleet is put in place from fixtures/first-release, which the old programs wrote. With ROOST_OLD_BIN, a folder
# with the programs of an older version, these make it anew instead; ROOST_OLD_LAB is that version's deploy/lab, for one
# whose programs are started in other words.
time_limit=240
in_order=yes
# The lab's programs are looked for once, before its own environment names them.
ROOST_BIN=$(dirname "$(readlink -f "$(command -v roost || echo "$repository/.build/debug/roost")")")
export ROOST_BIN
export ROOST_LAB_PREFIX=upgrade
unset ROOST_LAB_DIR ROOST_SOCKET
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"
# shellcheck source=old_fleet.sh
source "$repository/Tests/Acceptance/old_fleet.sh"

before_all() {
  lab down
  if [[ -n ${ROOST_OLD_BIN:-} ]]; then
    ROOST_BIN=$ROOST_OLD_BIN "${ROOST_OLD_LAB:-$repository/deploy/lab}" up 2
    mkdir -p "$scratch"
    PATH=$ROOST_OLD_BIN:$PATH make_fleet
    guests >"$scratch/guests.before"
    stop_fleet
  else
    lab up 2 --bare
    mkdir -p "$scratch"
    put_fleet
    guests >"$scratch/guests.before"
  fi
  old_migrations >"$scratch/migrations.before"
}

after_all() { lab down; }

old_migrations() { sqlite3 "$lab_folder/coordinator/roost.db" 'SELECT count(*) FROM grdb_migrations'; }

# metadata HOST VM: the mark that libvirt keeps of it, without its revision.
metadata() { virsh_on "$1" dumpxml "$2" --inactive | sed -n '/<roost:vm /,/<\/roost:vm>/p'; }

# anna ARGUMENT…: roost as the user whose certificate the old coordinator issued, from a host.
anna() {
  mkdir -p "$scratch/home"
  ln -sfn "$scratch/anna" "$scratch/home/roost"
  on h1 env -u ROOST_SOCKET XDG_CONFIG_HOME="$scratch/home" "$(binary roost)" "$@"
}

test_the_new_programs_start_and_a_host_joins_with_a_token_of_the_old_ones() {
  lab up 3
  all_are_ready
  (($(old_migrations) > $(<"$scratch/migrations.before"))) || fail 'the database is as it was'
  has_event 0 '.kind == "host.joined" and .subject == "h3"'
}

test_guests_go_on() {
  expect_equal 'the guests' "$(guests)" "$(<"$scratch/guests.before")"
  local guest
  for guest in "${running[@]}"; do is_running_on "${guest%/*}" "${guest#*/}" || fail "$guest does not run"; done
}

test_all_that_was_kept_is_there() {
  local difference
  difference=$(diff "$before" <(what_is_kept) || true)
  expect_empty 'what differs' "$difference"
  has_event 0 '.kind == "vm.adopt" and .subject == "elder"'
  roost show web-1 -o json | jq -e '.spec.labels.tier == "front"' \
    || fail "its spec is $(roost show web-1 -o json | jq -c .spec)"
}

test_no_vm_drifts_or_is_in_conflict() {
  expect_empty 'the conflicts' "$(roost mac conflicts -o json | jq -r '.[]')"
  local name
  for name in web-1 db-1 spare elder; do
    expect_equal "the drift of $name" "$(roost show $name -o json | jq -c .drift)" '[]'
  done
}

test_a_user_of_the_old_fleet_is_let_in() {
  expect_equal 'what anna sees' "$(anna list -o json | jq -r '[.[].name] | sort | join(" ")')" \
    'db-1 elder spare stray web-1'
}

test_the_old_vms_are_stopped_started_restarted_and_changed() {
  roost stop --force db-1
  eventually 10 is_off h2 db-1
  roost start db-1
  roost start spare
  eventually 10 is_running_on h2 spare
  expect_contains 'the mark of spare' "$(metadata h2 spare)" "$(jq -r 'select(.name == "spare") | .id' "$before")"
  roost restart --force elder
  roost set web-1 avoid=ssd
  expect_equal 'what it avoids' "$(roost show web-1 -o json | jq -c '.. | .avoid? // empty | keys')" '["ssd"]'
  expect_equal 'the ports' "$(roost port list -o json | jq -c '[.[].port] | sort')" '[5900,5901,5902,5907]'
}

test_a_new_vm_gets_an_address_and_a_port_that_nobody_had() {
  local mac
  roost create new-1 --image floor --host h1 --vcpus 1 --memory 64MiB --network default
  mac=$(vm new-1 '.nics[0].mac')
  [[ $(<"$before") != *"$mac"* ]] || fail "$mac was given before"
  expect_equal 'its prefix' "${mac%:*}" "$(jq -r 'select(.name == "web-1") | .macs[0][:14]' "$before")"
  [[ $(vm new-1 .vnc.port) != 590[0127] ]] || fail "its port is $(vm new-1 .vnc.port)"
  expect_refused 4 roost create new-2 --host h1 --no-start --memory 64MiB --network \
    "default,mac=$(jq -r 'select(.state == "quarantined") | .mac' "$before")"
}

test_the_old_vms_are_released_and_deleted() {
  local disk
  disk=$(disk_of h1 web-1)
  roost delete --force --yes web-1 new-1
  ! is_defined_on h1 web-1 || fail 'web-1 is still defined'
  ! has_file h1 "$disk" || fail "$disk is left"
  roost release elder
  is_running_on h1 elder
  expect_empty 'the mark of elder' "$(metadata h1 elder)"
}

test_the_upgraded_programs_start_again() {
  lab restart-coordinator
  for host in h1 h2; do
    lab stop-agent $host
    lab start-agent $host
  done
  eventually 30 all_are_ready
  has_vm db-1
}
