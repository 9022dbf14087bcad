# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh, fleet.sh and the runner set and read variables
#
# Fifty creates at once against a fleet with room for forty. On each host another resource is the scarce one:
# processors on h1, memory on h2, disk on h3. One crowd, in order.
time_limit=180
in_order=yes
# shellcheck source=fleet.sh
source "$repository/Tests/Acceptance/fleet.sh"

declare -A room=([h1]=14 [h2]=13 [h3]=13)
megabytes=64 disk_megabytes=16

before_all() {
  use_fleet
  after_all
  local host reserved vcpus memory disk
  for host in h1 h2 h3; do
    # The reservations of other VMs in this lab, if there are any, are added.
    reserved=$(host $host .reserved)
    vcpus=$(($(jq .vcpus <<<"$reserved") + 50))
    memory=$(($(jq .memory_bytes <<<"$reserved") + (50 * megabytes << 20)))
    disk=$(($(jq .disk_bytes <<<"$reserved") + (50 * disk_megabytes << 20)))
    case $host in
      h1) vcpus=$((vcpus - 50 + ${room[h1]})) ;;
      h2) memory=$((memory - (50 - ${room[h2]}) * (megabytes << 20))) ;;
      h3) disk=$((disk - (50 - ${room[h3]}) * (disk_megabytes << 20))) ;;
    esac
    give_share $host "$vcpus" "$memory" "$disk"
  done
  eventually 30 all_are_ready
}

# give_share HOST VCPUS MEMORY DISK: what the host advertises, in bytes where it is not processors.
give_share() {
  local settings=$lab_folder/hosts/$1/agent/agent.toml
  lab stop-agent "$1"
  cp "$settings" "$scratch/$1-agent.toml"
  sed -i '/^\[capacity\]/,$d' "$settings"
  printf '[capacity]\nvcpus = %s\nmemory = "%sB"\ndisk = "%sB"\nreserved_memory = "0B"\n' "$2" "$3" "$4" >>"$settings"
  lab start-agent "$1"
}

after_all() {
  local host
  remove_vms_like '^crowd-'
  for host in h1 h2 h3; do
    [[ -e $scratch/$host-agent.toml ]] || continue
    lab stop-agent $host || true
    mv "$scratch/$host-agent.toml" "$lab_folder/hosts/$host/agent/agent.toml"
    lab start-agent $host
  done
  eventually 30 all_are_ready
}

test_fifty_creates_at_once_of_which_forty_fit() {
  local number
  mkdir -p "$scratch/crowd"
  rm -f "$scratch"/crowd/*
  for ((number = 1; number <= 50; number++)); do
    {
      status=0
      create_small crowd-$number >"$scratch/crowd/$number.out" \
        2>"$scratch/crowd/$number.err" || status=$?
      echo $status >"$scratch/crowd/$number.status"
    } &
  done
  wait
  expect_equal 'how they exit' "$(sort -n "$scratch"/crowd/*.status | uniq -c | xargs)" '40 0 10 5'
}

test_each_refusal_names_every_host_its_rule_and_the_numbers() {
  local refused
  mapfile -t refused < <(grep -l '^5$' "$scratch"/crowd/*.status)
  ((${#refused[@]})) || fail 'nothing was refused'
  local file said
  for file in "${refused[@]}"; do
    said=$(<"${file%.status}.err")
    expect_contains 'the refusal' "$said" 'error: '
    [[ $said =~ h1.*vcpus && $said =~ h2.*memory && $said =~ h3.*disk ]] || fail "a host's rule is missing: $said"
    [[ $said =~ 'wants 1, 0 of' ]] || fail "the numbers are missing: $said"
  done
}

test_the_dry_run_gives_the_same_refusals_as_a_value() {
  expect_exit 5 create_small crowd-51 --dry-run -o json
  expect_equal 'the host' "$(jq -r '.host' <<<"$output")" null
  expect_equal 'the rules' "$(jq -r '.refused | sort_by(.host) | map(.host + " " + .rule) | join(", ")' <<<"$output")" \
    'h1 vcpus, h2 memory, h3 disk'
}

test_forty_are_there_and_each_host_has_as_many_as_fit() {
  local host
  expect_equal 'how many there are' \
    "$(roost list -o json | jq '[.[] | select(.name | startswith("crowd-"))] | length')" 40
  for host in h1 h2 h3; do
    expect_equal "how many are on $host" "$(roost list -o json | jq --arg host $host \
      '[.[] | select((.name | startswith("crowd-")) and .host == $host)] | length')" "${room[$host]}"
    expect_equal "how many virsh lists on $host" "$(virsh_on $host list --all --name | grep -c '^crowd-')" \
      "${room[$host]}"
  done
}

test_no_host_is_oversold() {
  expect_equal 'the hosts that reserve more than they have' "$(roost host list -o json | jq -r \
    '.[] | select(.reserved.vcpus > .vcpus or .reserved.memory_bytes > .memory_bytes
      or .reserved.disk_bytes > .disk_bytes) | .name')" ''
}

test_no_MAC_and_no_port_is_given_twice() {
  local macs ports
  macs=$(for host in h1 h2 h3; do
    for name in $(virsh_on $host list --all --name | grep '^crowd-'); do
      virsh_on $host domiflist "$name" | awk 'NF { print $5 }'
    done
  done | sort)
  expect_equal 'how many MACs the domains have' "$(wc -l <<<"$macs")" 40
  expect_equal 'the MACs that occur twice' "$(uniq -d <<<"$macs")" ''
  expect_equal 'the MACs of the listing' \
    "$(roost list -o json | jq -r '.[] | select(.name | startswith("crowd-")) | .nics[].mac' | sort)" "$macs"
  ports=$(roost list -o json | jq -r '.[] | select(.name | startswith("crowd-")) | .vnc.port' | sort)
  expect_equal 'how many ports they have' "$(wc -l <<<"$ports")" 40
  expect_equal 'the ports that occur twice' "$(uniq -d <<<"$ports")" ''
}

test_what_one_leaves_another_may_have() {
  roost delete --yes "$(roost list -o json | jq -r \
    '[.[] | select((.name | startswith("crowd-")) and .host == "h2")][0].name')"
  expect_exit 0 create_small crowd-52
  expect_equal 'its host' "$(vm crowd-52 .host)" h2
  expect_exit 5 create_small crowd-53
  expect_contains 'the refusal' "$errors" 'error: '
}
