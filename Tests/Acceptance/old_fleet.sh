# shellcheck shell=bash disable=SC2154 # assertions.sh, fleet.sh and the runner set variables
#
# The fleet that a test upgrades: made by an older version's programs, or put in place as they once left it. Read by
# upgrade.sh; holds no test itself.
#
# `fixtures/first-release` is what `record_fleet` kept of a fleet of the first release. It is never changed: fleets like
# it are out there. Its keys open nothing but a lab; its authority is valid until November 2036.
recorded=$repository/Tests/Acceptance/fixtures/first-release
old_hosts=(h1 h2)
# What the fleet held and which guests ran before the upgrade.
before=$scratch/before
running=(h1/web-1 h1/elder h2/db-1 h2/stray)

# make_image FILE: the image that the old fleet's VMs start from, the same bytes each time. It boots nothing.
make_image() {
  printf 'an image of the first release\n' >"$1"
  truncate --size 4M "$1"
}

# make_fleet: one of everything that a version keeps, by the commands of that version.
make_fleet() {
  make_image "$scratch/floor.img"
  roost image delete tiny tiny-installer --yes
  roost image import "$scratch/floor.img" --name floor
  roost create web-1 --image floor --host h1 --vcpus 1 --memory 64MiB --network default --group web --label tier=front
  roost create db-1 --host h2 --vcpus 2 --memory 64MiB --disk 16MiB --network bridge=kvmbr0 --network default
  roost create spare --image floor --host h2 --vcpus 1 --memory 64MiB --network default --group web --no-start
  roost create gone --host h1 --vcpus 1 --memory 64MiB --disk 16MiB --network default --no-start
  roost delete --yes --force gone
  unmanaged_domain elder 52:54:00:00:aa:01 '' "<graphics type='vnc' port='5907' listen='127.0.0.1'/>" \
    | virsh_on h1 define /dev/stdin
  unmanaged_domain stray 52:54:00:00:aa:02 | virsh_on h2 define /dev/stdin
  virsh_on h1 start elder
  virsh_on h2 start stray
  eventually 10 vm_is elder '.state == "running"'
  eventually 10 vm_is stray '.state == "running"'
  roost adopt elder
  roost host label h1 rack=r1
  roost mac reserve 52:54:00:00:bb:00-52:54:00:00:bb:0f --for 'the printers'
  roost mac pool create lan --prefix 52:54:00:cc --network kvmbr0
  roost policy set aim=pack out-of-band=block
  roost user create anna --no-context --out "$scratch/anna"
  roost host token create --name h3 --quiet >"$lab_folder/h3.token"
  what_is_kept >"$before"
}

# what_is_kept: what a fleet must still hold after an upgrade, as every version prints it.
what_is_kept() {
  roost list -o json | jq -cS 'sort_by(.name)[]
    | {id, name, managed, state, host, vcpus, memory_bytes, macs: [.nics[].mac], vnc: .vnc.port}'
  roost host list -o json | jq -cS 'sort_by(.name)[] | select(.name != "h3")
    | {id, name, labels, vcpus, memory_bytes, disk_bytes, reserved}'
  roost image list -o json | jq -cS '.[] | select(.name == "floor") | {id, name, format, sha256}'
  roost mac list -o json | jq -cS 'sort_by(.mac)[] | {mac, state, owner}'
  roost mac pool list -o json | jq -cS 'sort_by(.name)[] | {name, first, last, network, allocated, cursor}'
  roost port list -o json | jq -cS 'sort_by(.port)[] | {port, state, vm, host}'
  roost policy show -o json | jq -cS '{out_of_band, unanswered, placement: .placement | {survive, aim, weights, rules}}'
  roost op list -o json | jq -cS '.[] | select(.kind == "adopt" or .kind == "delete") | {id, kind, vm, state}'
}

# guests: the QEMU processes that ran before the upgrade, with their start times.
guests() {
  local guest
  for guest in "${running[@]}"; do echo "$guest $(identity_of "$(qemu_pid "${guest%/*}" "${guest#*/}")")"; done
}

# stop_fleet: Roost's programs alone.
stop_fleet() {
  local host
  for host in "${old_hosts[@]}"; do lab stop-agent "$host"; done
  lab stop-coordinator
}

# record_fleet FOLDER: keeps what the stopped fleet left, as text.
record_fleet() {
  local folder=$1 host name
  mkdir -p "$folder/coordinator"
  date +%s >"$folder/at"
  sqlite3 "$lab_folder/coordinator/roost.db" .dump >"$folder/coordinator/roost.sql"
  echo "PRAGMA application_id = $(sqlite3 "$lab_folder/coordinator/roost.db" 'PRAGMA application_id');" \
    >>"$folder/coordinator/roost.sql"
  cp "$lab_folder"/coordinator/{ca,coordinator}.{crt,key} "$folder/coordinator/"
  for host in "${old_hosts[@]}"; do
    mkdir -p "$folder/$host/domains"
    cp -r "$lab_folder/hosts/$host/agent" "$lab_folder/hosts/$host/etc/machine-id" "$folder/$host/"
    rm -f "$folder/$host/agent"/*.sock "$folder/$host/agent/lock"
    virsh_on "$host" capabilities | sed -n 's#.*<uuid>\(.*\)</uuid>#\1#p' | head -n 1 >"$folder/$host/libvirt-uuid"
    for name in $(virsh_on "$host" list --all --name); do
      virsh_on "$host" dumpxml "$name" --inactive --security-info >"$folder/$host/domains/$name.xml"
    done
  done
  cp -r "$scratch/anna" "$lab_folder/h3.token" "$before" "$folder/"
}

# put_fleet: what record_fleet kept, in a lab of two bare hosts. Guests run again, as other processes, before any of
# Roost's programs does.
put_fleet() {
  local host folder=$lab_folder/coordinator guest
  for host in "${old_hosts[@]}"; do put_host "$host"; done
  for guest in "${running[@]}"; do virsh_on "${guest%/*}" start "${guest#*/}"; done
  mkdir "$folder" "$folder/images"
  chmod 0700 "$folder" "$folder/images"
  cp "$recorded"/coordinator/*.{crt,key} "$folder/"
  later_sql | sqlite3 "$folder/roost.db"
  make_image "$folder/images/$(image_id)"
  sign_again "$folder/coordinator.crt" "$folder/coordinator.key"
  cp -r "$recorded/anna" "$scratch/"
  sign_again "$scratch/anna/anna.crt" "$scratch/anna/anna.key"
  cp "$recorded/before" "$before"
  later_token >"$lab_folder/h3.token"
  chmod 0600 "$folder"/{*.key,roost.db,images/*} "$scratch/anna"/*.key
  touch "$lab_folder/coordinator-made"
}

image_id() { jq -r 'select(.sha256) | .id' "$recorded/before"; }

# put_host HOST: its identity, its agent's state, its disks and its domains, which stay off.
put_host() {
  local host=$1 folder=$lab_folder/hosts/$1 from=$recorded/$1 uuid file disk
  lab power-off "$host"
  cp "$from/machine-id" "$folder/etc/machine-id"
  uuid=$(<"$from/libvirt-uuid")
  sed -i "s/^host_uuid = .*/host_uuid = \"$uuid\"/" "$folder/etc-libvirt/libvirtd.conf"
  lab power-on "$host"
  cp -r "$from/agent/." "$folder/agent/"
  sign_again "$folder/agent/certificate.pem" "$folder/agent/key.pem"
  find "$folder/agent" -type f -exec chmod 0600 {} +
  find "$folder/agent" -type d -exec chmod 0700 {} +
  mkdir -p "$folder/lib-libvirt/images/roost-images"
  make_image "$folder/lib-libvirt/images/roost-images/$(image_id).raw"
  chmod 0444 "$folder/lib-libvirt/images/roost-images"/*
  for file in "$from"/agent/vms/*.json; do
    disk=$(jq -r '.[0].path' "$file")
    if [[ $disk == */db-1-* ]]; then
      on "$host" qemu-img create -q -f qcow2 "$disk" 16M
    else
      on "$host" qemu-img create -q -f qcow2 -F raw -b "$image_folder/roost-images/$(image_id).raw" "$disk"
    fi
    # The agent knows a disk by its file.
    jq --argjson inode "$(on "$host" stat -c %i "$disk")" --argjson device "$(on "$host" stat -c %d "$disk")" \
      '.[0].inode = $inode | .[0].device = $device' "$file" >"$folder/agent/vms/$(basename "$file")"
  done
  for file in "$from"/domains/*.xml; do virsh_on "$host" define "$file"; done
}

# sign_again FILE KEY: the certificate as it is, from now on. The recorded one has expired in the meantime.
sign_again() {
  local serial
  serial=$(openssl x509 -in "$1" -noout -serial | cut -d = -f 2)
  openssl x509 -in "$1" -x509toreq -signkey "$2" -copy_extensions copyall 2>/dev/null \
    | openssl x509 -req -CA "$recorded/coordinator/ca.crt" -CAkey "$recorded/coordinator/ca.key" \
      -copy_extensions copyall -set_serial "0x$serial" -days 90 -out "$1.new" 2>/dev/null
  mv "$1.new" "$1"
}

# later_sql: the recorded database, all of whose times are moved on by what has passed since it was recorded.
later_sql() {
  awk -v passed="$(passed)" '{
    rest = $0
    while (match(rest, /[,:(]1[78][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][,)}]/)) {
      printf "%s%.0f", substr(rest, 1, RSTART), substr(rest, RSTART + 1, 13) + passed * 1000
      rest = substr(rest, RSTART + 14)
    }
    print rest
  }' "$recorded/coordinator/roost.sql"
}

# passed: the seconds since the fleet was recorded.
passed() { echo $(($(date +%s) - $(<"$recorded/at"))); }

# later_token: the recorded join token, which expires later by as much. It is an id, a secret, a fingerprint, when it
# expires, and an address, then the CRC-32 of all that.
later_token() {
  local text bytes expiry check
  text=$(sed 's/^roost1\.//' "$recorded/h3.token")
  while ((${#text} % 4)); do text+='='; done
  bytes=$(basenc --base64url --decode <<<"$text" | od -An -v -tx1 | tr -d ' \n')
  expiry=$(printf %016x $((16#${bytes:160:16} + $(passed))))
  from_hex "${bytes:0:160}$expiry${bytes:176:-8}" >"$scratch/token"
  check=$(crc_of "$scratch/token")
  from_hex "$check" >>"$scratch/token"
  echo "roost1.$(basenc --base64url --wrap 0 "$scratch/token" | tr -d =)"
}

# from_hex DIGITS: the bytes.
from_hex() {
  local at
  for ((at = 0; at < ${#1}; at += 2)); do printf '%b' "\\x${1:at:2}"; done
}

# crc_of FILE: gzip ends a file with it, the lowest byte first.
crc_of() { gzip -c "$1" | tail -c 8 | head -c 4 | od -An -v -tx1 | awk '{ print $4 $3 $2 $1 }'; }
