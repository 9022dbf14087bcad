# shellcheck shell=bash disable=SC2034,SC2154 # assertions.sh and the runner read and set variables
#
# deploy/install, tried below a folder of its own, because the test's machine need not run systemd.
time_limit=240

# with_binaries: a folder with something in place of each binary; its path is in $binaries, the target's in $target.
with_binaries() {
  local name
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  binaries=$work/binaries target=$work/target
  mkdir -p "$binaries"
  for name in roost roost-agent roost-coordinator; do
    printf '#!/bin/sh\nexit 0\n' >"$binaries/$name"
    chmod +x "$binaries/$name"
  done
}

install_below() { "$repository/deploy/install" --bin "$binaries" --destdir "$target" "$@"; }

# installed_files: all but the manual, which comes with every part.
installed_files() { (cd "$target" && find . -type f -not -path '*/man*/*' | sort | paste -sd ' '); }

# manual_files: the pages and their text.
manual_files() { (cd "$target/usr/local/share" && find . -type f -path '*/man*/*' | sort); }

test_an_agent_host_gets_its_binary_unit_user_and_folders() {
  with_binaries
  expect_exit 0 install_below agent
  expect_equal 'what it installed' "$(installed_files)" \
    "./etc/libvirt/hooks/qemu.d/roost ./etc/roost/host.toml ./etc/systemd/system/roost-agent.service \
./etc/sysusers.d/roost-agent.conf ./etc/tmpfiles.d/roost-agent.conf ./usr/local/bin/roost-agent"
}

test_without_a_part_all_three_are_installed_and_again_taken_off() {
  with_binaries
  expect_exit 0 install_below
  expect_contains 'what it installed' "$(installed_files)" ./usr/local/bin/roost-coordinator
  mkdir -p "$target/var/lib/roost"
  touch "$target/var/lib/roost/ca.key"
  expect_exit 0 install_below --uninstall
  expect_equal 'what is left' "$(installed_files)" ./var/lib/roost/ca.key
  expect_exit 0 install_below --uninstall --purge
  expect_equal 'what is left after a purge' "$(installed_files)" ''
}

test_the_bill_of_materials_comes_with_the_build_and_goes_with_the_last_program() {
  with_binaries
  "$repository/deploy/versions" --sbom >"$binaries/roost.cdx.json"
  expect_exit 0 install_below cli agent
  local bill=$target/usr/local/share/doc/roost/roost.cdx.json
  [[ -e $bill ]] || fail 'there is no bill of materials'
  expect_exit 0 install_below --uninstall cli
  [[ -e $bill ]] || fail 'the bill went while the agent stays'
  expect_exit 0 install_below --uninstall agent
  [[ ! -e $bill ]] || fail 'the bill stays behind'
}

test_the_manual_is_readable_with_man_and_goes_with_the_last_program() {
  with_binaries
  expect_exit 0 install_below cli agent
  local source page section pages
  pages=$(manual_files)
  for source in "$repository"/deploy/man/*.[1-9].md; do
    page=$(basename "$source" .md) section=${source%.md}
    section=${section##*.}
    expect_contains 'the manual' "$pages" "./doc/roost/manual/$page.md"
    expect_contains 'the manual' "$pages" "./man/man$section/$page"
    expect_exit 0 man --warnings --local-file "$target/usr/local/share/man/man$section/$page"
    expect_empty "what man says of $page" "$errors"
    expect_contains "$page" "$output" 'SEE ALSO'
    # What belongs to the source alone.
    [[ $output != *'<!--'* && $output != *'.md)'* && $output != *'```'* ]] \
      || fail "$page shows what only its source has"
  done
  expect_exit 0 install_below --uninstall cli
  expect_equal 'the manual while the agent stays' "$(manual_files)" "$pages"
  expect_exit 0 install_below --uninstall agent
  expect_empty 'the manual without a program' "$(manual_files)"
}

test_without_a_renderer_the_manual_is_its_text() {
  with_binaries
  mkdir "$work/path"
  local tool
  for tool in bash basename chmod cat cmp dirname grep install ldd mktemp realpath rm rmdir sed sort; do
    ln -s "$(command -v "$tool")" "$work/path/"
  done
  PATH=$work/path expect_exit 0 install_below cli
  expect_contains 'what it says' "$errors" 'apt-get install lowdown'
  expect_contains 'the manual' "$(manual_files)" ./doc/roost/manual/roost.1.md
  [[ ! -e $target/usr/local/share/man ]] || fail 'there are pages'
}

test_the_units_start_what_was_installed_where_it_was_installed() {
  with_binaries
  expect_exit 0 install_below --prefix /opt/roost
  local name
  for name in roost-agent roost-coordinator; do
    expect_contains "$name.service" "$(cat "$target/etc/systemd/system/$name.service")" \
      "ExecStart=/opt/roost/bin/$name run"
    [[ -x $target/opt/roost/bin/$name ]] || fail "$name is not where its unit looks for it"
  done
}

test_ending_a_service_can_never_end_a_guest() {
  local unit
  for unit in "$repository"/deploy/systemd/*.service; do
    expect_contains "$unit" "$(cat "$unit")" 'KillMode=process'
    expect_contains "$unit" "$(cat "$unit")" 'Type=notify'
    expect_contains "$unit" "$(cat "$unit")" 'NoNewPrivileges=yes'
  done
}

test_systemd_finds_no_fault_in_the_units() {
  command -v systemd-analyze >/dev/null || skip 'there is no systemd-analyze'
  with_binaries
  local unit
  for unit in "$repository"/deploy/systemd/*.service; do
    # Without the programs installed, systemd could only say that they are missing.
    sed 's#^ExecStart=.*#ExecStart=/bin/true#' "$unit" >"$work/${unit##*/}"
    expect_exit 0 systemd-analyze verify "$work/${unit##*/}"
    expect_empty "what systemd says about ${unit##*/}" "$errors"
  done
}

test_systemd_makes_the_users_and_lets_the_agent_use_libvirt() {
  command -v systemd-sysusers >/dev/null || skip 'there is no systemd-sysusers'
  with_binaries
  expect_exit 0 install_below
  systemd-sysusers --root="$target"
  expect_contains 'the users' "$(cat "$target/etc/passwd")" 'roost-coordinator:'
  local group
  for group in libvirt kvm; do
    expect_contains "group $group" "$(grep "^$group:" "$target/etc/group")" roost-agent
  done
}

test_a_dry_run_changes_nothing() {
  with_binaries
  expect_exit 0 install_below --dry-run
  [[ ! -e $target ]] || fail "it made $target"
  expect_contains 'what it says' "$output" 'would run: install'
}

test_wrong_usage_is_refused() {
  with_binaries
  expect_exit 64 install_below everything
  expect_contains 'the refusal' "$errors" everything
  expect_exit 64 install_below --purge
  expect_contains 'the refusal' "$errors" --purge
  rm "$binaries/roost"
  expect_exit 3 install_below cli
  expect_contains 'the refusal' "$errors" "$binaries/roost"
  [[ ! -e $target ]] || fail "it made $target"
}
