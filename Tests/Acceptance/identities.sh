# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Permissions: a caller without a certificate of this fleet can do nothing; an agent's certificate is not an operator's;
# the enrolment port serves enrolment alone; tokens work once, in time, unaltered, and for the fleet they name.
#
# Calls are made by hand, as bytes of HTTP/2 through openssl, so that no part of Roost stands between.
time_limit=90
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

link=10.88.0.1:7440
enrolment=10.88.0.1:7441
keys=$lab_folder/hosts/h1/agent

before_all() {
  use_fleet
  after_all
  roost create secretive --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  mkdir -p "$scratch/identities"
  make_foreign_certificate
}

after_all() {
  lab start-agent h3
  roost host uncordon h1 >/dev/null 2>&1 || true
  eventually 30 host_is h3 '.state == "ready"'
  remove_vms secretive
  rm -rf "$scratch/identities"
}

# make_foreign_certificate: as h1's certificate in every word, but signed by an authority of our own.
make_foreign_certificate() {
  local folder=$scratch/identities subject
  subject=$(openssl x509 -in "$keys/certificate.pem" -noout -subject -nameopt compat | sed 's/^subject=//; s/^ *//')
  openssl req -x509 -newkey ed25519 -nodes -keyout "$folder/ca-key.pem" -out "$folder/ca.pem" -days 2 \
    -subj '/CN=Roost lab' 2>/dev/null
  openssl req -newkey ed25519 -nodes -keyout "$folder/key.pem" -out "$folder/request.pem" -subj "${subject:-/CN=h1}" \
    2>/dev/null
  openssl x509 -in "$keys/certificate.pem" -noout -ext subjectAltName,extendedKeyUsage 2>/dev/null \
    | awk '/Alternative/ { getline; gsub(/ /, ""); print "subjectAltName=" $0 }' >"$folder/extensions"
  echo 'extendedKeyUsage=clientAuth' >>"$folder/extensions"
  openssl x509 -req -in "$folder/request.pem" -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" -days 2 \
    -CAcreateserial -extfile "$folder/extensions" -out "$folder/certificate.pem" 2>/dev/null
  openssl verify -CAfile "$folder/ca.pem" "$folder/certificate.pem"
  expect_equal 'the subject of the copy' "$(openssl x509 -in "$folder/certificate.pem" -noout -subject)" \
    "$(openssl x509 -in "$keys/certificate.pem" -noout -subject)"
}

# --- Bytes ---

hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }

# frame TYPE FLAGS STREAM PAYLOAD, and header NAME VALUE: pieces of HTTP/2 as hexadecimal.
frame() { printf '%06x%02x%02x%08x%s' $((${#4} / 2)) "$1" "$2" "$3" "$4"; }
header() { printf '00%02x%s%02x%s' ${#1} "$(hex "$1")" ${#2} "$(hex "$2")"; }

# text_field NUMBER TEXT: a field of a protobuf message.
text_field() { printf '%02x%02x%s' $(($1 << 3 | 2)) ${#2} "$(hex "$2")"; }

# rpc METHOD MESSAGE: a whole gRPC call.
rpc() {
  hex $'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
  frame 4 0 0 ''
  frame 1 4 1 "$(header :method POST)$(header :scheme https)$(header :path "/roost.v1.$1")$(
    header :authority coordinator
  )$(header content-type application/grpc)$(header te trailers)"
  frame 0 1 1 "00$(printf %08x $((${#2} / 2)))$2"
}

# call ADDRESS METHOD MESSAGE [OPENSSL ARGUMENT…]: what comes back within two seconds, as text.
call() {
  local address=$1 method=$2 message=$3
  shift 3
  {
    bytes "$(rpc "$method" "$message")"
    sleep 2
  } | on h1 timeout 10 openssl s_client -quiet -no_ign_eof -alpn h2 -connect "$address" "$@" 2>/dev/null \
    | tr -d '\0' || true
}

as_agent() { echo "-cert $keys/certificate.pem -key $keys/key.pem"; }
as_foreigner() { echo "-cert $scratch/identities/certificate.pem -key $scratch/identities/key.pem"; }

# cordon_h1: the message that would close h1 for new VMs.
cordon_h1() { printf '%s%s1801' "$(text_field 1 "$(cat /proc/sys/kernel/random/uuid)")" "$(text_field 2 h1)"; }

# expect_powerless NAME ADDRESS [OPENSSL ARGUMENT…]: such a caller reads nothing and changes nothing.
expect_powerless() {
  local who=$1 address=$2 answer
  shift 2
  answer=$(call "$address" VMs/List '' "$@")
  [[ $answer != *secretive* ]] || fail "$who reads the list of VMs"
  answer=$(call "$address" Hosts/CreateToken "$(text_field 1 h9)" "$@")
  [[ $answer != *roost1.* ]] || fail "$who gets a token"
  call "$address" Hosts/SetCordon "$(cordon_h1)" "$@" >/dev/null
  host_is h1 '.state == "ready"' || fail "$who cordons a host"
}

# --- Callers ---

test_the_same_calls_work_with_an_operators_certificate() {
  # Without this, a mistake in the bytes would let every other test here pass.
  local folder=$scratch/identities
  expect_exit 0 roost user create tester -o json
  jq -r .certificate_pem <<<"$output" >"$folder/tester.pem"
  jq -r .private_key_pem <<<"$output" >"$folder/tester-key.pem"
  local operator=(-cert "$folder/tester.pem" -key "$folder/tester-key.pem")
  expect_contains 'the list of VMs' "$(call $link VMs/List '' "${operator[@]}")" secretive
  call $link Hosts/SetCordon "$(cordon_h1)" "${operator[@]}" >/dev/null
  host_is h1 '.state == "cordoned"' || fail 'an operator cannot cordon a host'
  expect_exit 0 roost host uncordon h1
  # But what only local administrators may do is closed to operators as well.
  [[ $(call $link Administration/CreateOperator "$(text_field 1 mallory)" "${operator[@]}") != *'BEGIN'* ]] \
    || fail 'an operator makes operators'
}

test_without_a_certificate_nothing_is_answered() {
  expect_powerless 'somebody without a certificate' $link
}

test_a_certificate_of_another_authority_is_worth_nothing() {
  # shellcheck disable=SC2046
  expect_powerless 'somebody with a certificate of another authority' $link $(as_foreigner)
}

test_an_agents_certificate_is_no_operators() {
  # shellcheck disable=SC2046
  expect_powerless 'an agent' $link $(as_agent)
}

test_the_enrolment_port_serves_enrolment_alone() {
  expect_contains 'the authority' "$(call $enrolment Enrolment/GetAuthority '')" 'BEGIN CERTIFICATE'
  expect_powerless 'somebody on the enrolment port' $enrolment
  # shellcheck disable=SC2046
  expect_powerless 'an agent on the enrolment port' $enrolment $(as_agent)
}

test_the_link_does_not_serve_enrolment() {
  [[ $(call $link Enrolment/GetAuthority '') != *'BEGIN CERTIFICATE'* ]] || fail 'it does, without a certificate'
}

test_plain_text_is_not_answered() {
  local answer
  answer=$({ bytes "$(rpc VMs/List '')"; sleep 1; } | on h1 timeout 5 bash -c \
    'exec 3<>/dev/tcp/10.88.0.1/7440; cat >&3; timeout 2 cat <&3' | tr -d '\0' || true)
  [[ $answer != *secretive* ]] || fail 'the link speaks without TLS'
}

test_the_socket_and_the_data_are_for_administrators_alone() {
  expect_equal 'the mode of the data directory' "$(stat -c %a "$lab_folder/coordinator")" 700
  local open
  open=$(find "$lab_folder/coordinator" -name '*key*' -perm /077)
  expect_empty 'the keys that others may read' "$open"
  expect_equal 'the mode of the agent'\''s state' "$(stat -c %a "$keys")" 700
  expect_empty 'the keys of the agent that others may read' "$(find "$keys" -name '*key*' -perm /077)"
}

# --- Tokens ---

# A token is "roost1." and base 64 of: id (16 bytes), secret (32), fingerprint of the authority (32), expiry (8),
# address, CRC-32 (4).
token_hex() {
  local text=${1#roost1.}
  text=$(tr -- '-_' '+/' <<<"$text")
  while ((${#text} % 4)); do text+='='; done
  base64 -d <<<"$text" | od -An -v -tx1 | tr -d ' \n'
}

# altered_token TOKEN BYTE: with one bit of that byte turned over, and a CRC that fits.
altered_token() {
  local all body crc
  all=$(token_hex "$1")
  body=${all::-8}
  local at=$(($2 * 2))
  body=${body::at}$(printf %02x $((16#${body:at:2} ^ 1)))${body:at+2}
  crc=$(bytes "$body" | gzip -n -c | tail -c 8 | head -c 4 | od -An -v -tx1 | xargs | awk '{ print $4 $3 $2 $1 }')
  printf 'roost1.%s' "$(bytes "$body$crc" | base64 -w 0 | tr -d '=' | tr '+/' '-_')"
}

# join HOST TOKEN FOLDER
join() { on "$1" roost-agent join - --state-dir "$3" <<<"$2"; }

# certificates: how many the coordinator has ever issued, from a backup of its data.
certificates() {
  rm -f "$scratch/identities/backup.sqlite"
  roost backup "$scratch/identities/backup.sqlite" >/dev/null
  sqlite3 "$scratch/identities/backup.sqlite" 'SELECT count(*) FROM certificates'
}

# expect_join_refused STATUS TOKEN WORDS: by a clear sentence; no certificate is issued and no host changes.
expect_join_refused() {
  local before issued folder
  folder=$scratch/identities/state
  rm -rf "$folder"
  before=$(what_stands)
  issued=$(certificates)
  expect_refused "$1" join h3 "$2" "$folder"
  [[ $errors =~ $3 ]] || fail "the sentence does not say \"$3\": $errors"
  [[ ! -e $folder/certificate.pem ]] || fail 'it has a certificate'
  expect_equal 'the number of certificates issued' "$(certificates)" "$issued"
  expect_unchanged 'the attempt' "$before"
}

test_an_altered_token_is_refused() {
  local token
  token=$(roost host token create --name h3 --rejoin)
  expect_equal 'what altering it twice gives' "$(altered_token "$(altered_token "$token" 20)" 20)" "$token"
  # A slip of the finger, a lost end, another secret, another id.
  expect_join_refused 64 "${token::-6}$([[ ${token: -6:1} == A ]] && echo B || echo A)${token: -5}" 'mistyped'
  expect_join_refused 64 "${token::-10}" 'mistyped|cut off'
  expect_join_refused 6 "$(altered_token "$token" 20)" 'token'
  expect_join_refused 6 "$(altered_token "$token" 3)" 'token'
  expect_join_refused 64 'roost1.' 'token'
  expect_join_refused 64 'hello' 'token'
}

test_a_token_whose_pin_is_of_another_authority_is_refused() {
  local token
  token=$(roost host token create --name h3 --rejoin)
  expect_join_refused 6 "$(altered_token "$token" 60)" 'fingerprint|authority|another fleet'
}

# is_past TIME: whether the clock has passed a time as output shows them.
is_past() { [[ $(date -u +%FT%T.%6NZ) > $1 ]]; }

test_a_token_that_has_expired_is_refused() {
  local answer token
  answer=$(roost host token create --name h3 --rejoin --ttl 1s -o json)
  token=$(jq -r .token <<<"$answer")
  eventually 10 is_past "$(jq -r .expires_at <<<"$answer")"
  expect_join_refused 6 "$token" 'expired'
  # What the token itself says about its end is not what counts.
  expect_join_refused 6 "$(altered_token "$token" 85)" 'expired|token'
}

test_a_token_works_once_and_a_host_that_joins_again_keeps_its_id() {
  local token before
  before=$(host h3 .id)
  lab stop-agent h3
  token=$(roost host token create --name h3 --rejoin)
  expect_exit 0 join h3 "$token" "$lab_folder/hosts/h3/agent"
  lab start-agent h3
  eventually 20 host_is h3 '.state == "ready"'
  expect_equal 'its id' "$(host h3 .id)" "$before"
  expect_join_refused 6 "$token" 'used'
}

test_two_machines_with_one_identity_are_both_named_and_the_second_is_refused() {
  local copy=$scratch/identities/copied before machine events
  cp -a "$keys" "$copy"
  before=$(last_event)
  machine=$(virsh_on h2 capabilities | sed -n 's/.*<uuid>\(.*\)<\/uuid>.*/\1/p' | head -n 1)
  # It goes on until it is ended, refused again and again.
  on h2 timeout 20 roost-agent run --state-dir "$copy" >"$scratch/identities/copy.log" 2>&1 || true
  expect_contains 'what the copy says' "$(<"$scratch/identities/copy.log")" 'says it is host h1, which is the machine'
  events=$(events_since "$before" 'select(.kind == "host.identity-conflict") | .message')
  expect_contains 'the event' "$events" "$machine"
  host_is h1 '.state == "ready"' || fail 'h1 is not served any more'
  # The machine itself is served as before.
  expect_exit 0 roost create secretive-2 --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --no-start
  remove_vms secretive-2
}

test_a_token_for_one_name_does_not_take_another_hosts_place() {
  local token
  token=$(roost host token create --name h1 --rejoin)
  expect_join_refused 4 "$token" 'h1|h3|already'
}
