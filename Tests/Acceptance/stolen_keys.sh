# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Drills: somebody has a key of a person, of a host, of the coordinator or of the authority, a backup, or a join token.
# What that lets them do, what it does not, and how long until they are out after the command: ten seconds at most.
time_limit=300
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

drill=$scratch/drill
data=$lab_folder/coordinator
link=10.88.0.1:7440
limit=10

before_all() {
  use_fleet
  mkdir -p "$drill"
}

after_all() {
  lab start-coordinator
  lab start-agent h2
  rm -rf "$drill"
}

# seconds_until LIMIT WHAT COMMAND…: waits until the command succeeds, prints how long that took, and fails beyond LIMIT.
seconds_until() {
  local most=$1 what=$2 start=$EPOCHREALTIME
  shift 2
  eventually "$most" "$@"
  awk -v a="$start" -v b="$EPOCHREALTIME" -v what="$what" 'BEGIN { printf "%s: out after %.1f s\n", what, b - a }' >&2
}

# as_person NAME COMMAND…: roost with the person's papers, over the network, from inside the lab.
as_person() {
  local name=$1
  shift
  lab exec coordinator env -u ROOST_SOCKET XDG_CONFIG_HOME="$drill/home-$name" "$(bin)/roost" "$@"
}

bin() { dirname "$(command -v roost)"; }

# person NAME: makes papers and a home with them.
person() {
  roost user create "$1" --out "$drill/home-$1/roost" >/dev/null
}

is_over() { ! kill -0 "$1" 2>/dev/null; }
is_denied() { ! as_person "$1" list >"$drill/denied" 2>&1 && grep -q 'revoked' "$drill/denied"; }

test_a_persons_stolen_key_is_out_within_seconds_also_where_it_is_at_work() {
  person ada
  expect_exit 0 as_person ada list
  # What it can't do: make operators, read the database, take a host's place.
  expect_exit 6 as_person ada user create mallory --out "$drill/mallory"
  expect_exit 6 as_person ada backup "$drill/stolen.sqlite"
  expect_exit 6 as_person ada host token create --name h1 --rejoin
  expect_exit 6 as_person ada user revoke ada --yes
  as_person ada events --follow >"$drill/followed" 2>&1 &
  local follower=$!
  eventually 10 test -s "$drill/followed"
  roost user revoke ada --yes
  seconds_until $limit 'a new call with a person'\''s key' is_denied ada
  seconds_until $limit 'an open stream of that person' is_over $follower
  expect_exit 0 roost user list
  expect_contains 'the list' "$output" revoked
  expect_exit 0 roost audit list
  expect_contains 'the audit record' "$output" user:ada
  eventually 10 audit_says 'security\.'
}

audit_says() { roost audit list | grep -q "$1"; }
agent_log_says() { lab logs "$1-agent" | tail -n 40 | grep -q "$2"; }
serial_of() { openssl x509 -in "$1" -noout -serial | sed 's/^serial=//' | tr 'A-F' 'a-f'; }

test_a_hosts_stolen_key_speaks_for_that_host_alone_and_is_out_within_seconds() {
  local before
  before=$(host h2 .id)
  cp -a "$lab_folder/hosts/h2/agent" "$drill/stolen-h2"
  # What it can't do: read the fleet.
  XDG_CONFIG_HOME=$drill/host-home
  mkdir -p "$drill/host-home/roost"
  cat >"$drill/host-home/roost/config.toml" <<END
current = "thief"

[contexts."thief"]
address = "$link"
ca = "$drill/stolen-h2/authority.pem"
certificate = "$drill/stolen-h2/certificate.pem"
key = "$drill/stolen-h2/key.pem"
server_name = "coordinator.roost.internal"
END
  expect_exit 6 lab exec coordinator env -u ROOST_SOCKET XDG_CONFIG_HOME="$drill/host-home" "$(bin)/roost" list
  roost ca revoke "$(serial_of "$drill/stolen-h2/certificate.pem")" --yes
  seconds_until $limit 'a host with that key' host_is h2 '.state != "ready"'
  seconds_until 20 'its next attempt' agent_log_says h2 revoked
  # The machine itself comes back by a token that only the local socket makes.
  expect_exit 4 roost host token create --name h2
  roost host token create --name h2 --rejoin | on h2 roost-agent join - --state-dir "$lab_folder/hosts/h2/agent"
  eventually 60 host_is h2 '.state == "ready"'
  expect_equal 'its id' "$(host h2 .id)" "$before"
  expect_exit 0 roost events
  expect_contains 'the event' "$output" 'the machine was'
}

# thief: whoever has the coordinator's old key, at the coordinator's own address, until end_thief.
thief() {
  # shellcheck disable=SC2016
  lab exec coordinator sh -c 'echo $$ >"$1/thief-pid"
    exec openssl s_server -accept "$2" -cert "$1/coordinator.crt" -key "$1/coordinator.key" -alpn h2 -quiet' \
    thief "$drill" "$link" >"$drill/thief" 2>&1 </dev/null
}

end_thief() { lab exec coordinator kill "$(cat "$drill/thief-pid")"; }

# knows_the_old_one HOST: whether the host keeps a list that names the coordinator's old certificate.
knows_the_old_one() {
  openssl crl -in "$lab_folder/hosts/$1/agent/revocations.crl" -inform DER -noout -text | tr 'A-F' 'a-f' \
    | grep -q "$(cat "$drill/old-serial")"
}

test_a_stolen_coordinators_key_is_refused_by_every_agent_within_seconds() {
  local host old
  cp "$data/coordinator.crt" "$data/coordinator.key" "$drill/"
  old=$(serial_of "$drill/coordinator.crt")
  roost ca rotate-coordinator --yes
  echo "$old" >"$drill/old-serial"
  for host in h1 h2 h3; do seconds_until $limit "the old key at $host" knows_the_old_one "$host"; done
  for host in h1 h2 h3; do eventually 30 host_is "$host" '.state == "ready"'; done
  expect_different 'the serial' "$(serial_of "$data/coordinator.crt")" "$old"
  # The thief answers at the coordinator's address; no agent speaks to it.
  local seen
  seen=$(lab logs h1-agent | wc -l)
  says_since() { lab logs h1-agent | tail -n "+$((seen + 1))" | grep -q "$1"; }
  lab stop-coordinator
  thief &
  eventually 10 test -s "$drill/thief-pid"
  seconds_until 90 'what h1 makes of the thief' says_since revoked
  end_thief
  lab start-coordinator
  eventually 60 host_is h1 '.state == "ready"'
}

# nobody_is_left: every host has a certificate of the newest authority.
nobody_is_left() { roost ca show -o json | jq -e '.hosts_left == []' >/dev/null; }

# trusts HOST NUMBER: whether the host's agent trusts so many authorities.
trusts() { test "$(grep -c BEGIN "$lab_folder/hosts/$1/agent/authority.pem")" = "$2"; }

test_a_stolen_authoritys_key_is_worthless_after_both_steps_and_no_host_is_visited() {
  local host old
  old=$(openssl x509 -in "$data/ca.crt" -noout -fingerprint -sha256)
  person amy
  expect_exit 0 as_person amy list
  expect_exit 4 roost ca rotate-authority --finish --yes
  roost ca rotate-authority --yes
  seconds_until $limit 'every host has moved' nobody_is_left
  expect_exit 0 roost ca show
  expect_contains 'who has not' "$output" amy
  for host in h1 h2 h3; do eventually 30 host_is "$host" '.state == "ready"'; done
  roost user renew amy --out "$drill/home-amy/roost" >/dev/null
  expect_exit 0 as_person amy list
  roost user create bea --out "$drill/home-bea/roost" >/dev/null
  roost ca rotate-authority --finish --yes
  for host in h1 h2 h3; do seconds_until $limit "the old authority at $host" trusts "$host" 1; done
  for host in h1 h2 h3; do eventually 30 host_is "$host" '.state == "ready"'; done
  expect_exit 0 as_person amy list
  expect_different 'the authority' "$(openssl x509 -in "$data/ca.crt" -noout -fingerprint -sha256)" "$old"
  # Both start anew with what is on the disk.
  lab stop-coordinator
  lab start-coordinator
  lab stop-agent h1
  lab start-agent h1
  for host in h1 h2 h3; do eventually 60 host_is "$host" '.state == "ready"'; done
  expect_exit 0 as_person bea list
}

test_a_stolen_backup_holds_no_key_and_no_token() {
  local token secret
  token=$(roost host token create --name h9)
  rm -f "$drill/backup.sqlite"
  roost backup "$drill/backup.sqlite"
  ! grep -aq 'PRIVATE KEY' "$drill/backup.sqlite" || fail 'there is a private key in the backup'
  secret=${token#roost1.}
  ! grep -aqF "${secret:20:40}" "$drill/backup.sqlite" || fail 'the token stands in the backup'
  expect_equal 'its mode' "$(stat -c %a "$drill/backup.sqlite")" 600
}

test_what_was_revoked_after_a_backup_stays_revoked_when_it_is_put_back() {
  person eve
  rm -f "$drill/before.sqlite"
  roost backup "$drill/before.sqlite"
  roost user revoke eve --yes
  lab stop-coordinator
  "$(bin)/roost-coordinator" restore --data-dir "$data" --move-aside "$drill/before.sqlite"
  lab start-coordinator
  eventually 30 is_denied eve
  eventually 60 host_is h1 '.state == "ready"'
  roost settle --force --yes >/dev/null 2>&1 || true
}

test_a_stolen_token_is_worthless_once_revoked_and_stands_on_no_command_line() {
  local token id start
  token=$(roost host token create --name h8 -o json)
  id=$(jq -r .id <<<"$token")
  roost host token revoke "$id"
  expect_exit 6 on h3 roost-agent join - --state-dir "$drill/h8" <<<"$(jq -r .token <<<"$token")"
  expect_contains 'why' "$errors" revoked
  expect_exit 0 roost host token list
  expect_contains 'the list' "$output" revoked
  # The old way still works, and says what is wrong with it.
  expect_exit 6 on h3 roost-agent join "$(jq -r .token <<<"$token")" --state-dir "$drill/h8"
  expect_contains 'the warning' "$errors" 'can be read by every user'
}
