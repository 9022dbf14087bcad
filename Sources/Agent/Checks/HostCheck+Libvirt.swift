internal import Fleet

extension HostCheck {
  /// libvirt, and the users who may use it.
  static let libvirtChecks = [
    // libvirt answers.
    HostCheck("libvirt", safeFix: .restartLibvirt) { survey in
      if let failure = survey.libvirtFailure {
        let restart = survey.units == nil ? "\(survey.daemon) -d" : "systemctl enable --now \(survey.daemon)"
        return .fail("\(survey.uri) is not reachable: \(failure.message)", fix: restart)
      }
      return .pass("libvirt \(survey.capabilities?.libvirtVersion ?? "") answers at \(survey.uri)")
    },
    // libvirt is started at boot.
    HostCheck("libvirt-boot", safeFix: .enableLibvirt) { survey in
      guard let units = survey.units else { return .warn("there is no systemd here to ask or to enable it") }
      let candidates = ["virtqemud.socket", "virtqemud.service", "libvirtd.socket", "libvirtd.service"]
      if let enabled = candidates.first(where: { units[$0] == "enabled" }) { return .pass("\(enabled) is enabled") }
      return .warn("nothing starts libvirt at boot", fix: "systemctl enable \(survey.daemon)")
    },
    // Guests are shut down or saved when the host shuts down.
    HostCheck("libvirt-guests") { survey in
      let policy = (survey.guestsConf ?? "").split(separator: "\n").last { $0.hasPrefix("ON_SHUTDOWN=") }
      guard survey.units?["libvirt-guests.service"] == "enabled" else {
        return .warn(
          "libvirt-guests is not enabled: guests lose their power when the host shuts down",
          fix: survey.units == nil ? "" : "systemctl enable --now libvirt-guests")
      }
      return .pass("enabled, \(policy.map(String.init) ?? "ON_SHUTDOWN=suspend by default")")
    },
    // The agent may use libvirt.
    HostCheck("libvirt-group") { survey in
      if survey.isRoot { return .pass("the agent runs as root") }
      if survey.groups.contains("libvirt") { return .pass("\(survey.user) is in the group libvirt") }
      return .fail("\(survey.user) is not in the group libvirt", fix: "usermod -aG libvirt \(survey.user)")
    },
    // libvirt asks the agent before a guest starts; see roost-outofband(7).
    HostCheck("hook", safeFix: .installHook) { survey in
      let install = "roost-agent check --fix"
      guard let hook = survey.hook else {
        return .warn(
          "libvirt does not ask the agent before a guest starts: \(HookScript.path) is missing", fix: install)
      }
      guard hook.isOurs else { return .warn("\(HookScript.path) is not Roost's, so Roost's own is missing") }
      if let fault = hook.fault { return .warn("\(HookScript.path) does not ask the agent: \(fault)", fix: install) }
      guard hook.isExecutable else {
        return .warn("libvirt can't run \(HookScript.path)", fix: "chmod 0755 \(HookScript.path)")
      }
      guard hook.isSeen else {
        let reload =
          survey.units == nil ? "kill -HUP $(cat /run/\(survey.daemon).pid)" : "systemctl reload \(survey.daemon)"
        return .warn(
          "\(survey.daemon) has perhaps not looked since the hook is there",
          fix: "\(reload) && touch \(HookScript.seenPath)")
      }
      return .pass("libvirt asks the agent before a guest starts")
    },
    // Two hosts cannot write to one shared disk.
    HostCheck("lock-manager") { survey in
      guard let text = survey.qemuConf else { return .warn("/etc/libvirt/qemu.conf can't be read") }
      let line = text.split(separator: "\n").last { $0.hasPrefix("lock_manager") }
      guard let line, line.contains("lockd") || line.contains("sanlock") else {
        let restart = survey.units == nil ? "start \(survey.daemon) anew" : "systemctl restart \(survey.daemon)"
        return .warn(
          "no lock manager: two hosts could write to one shared disk",
          fix: "echo 'lock_manager = \"lockd\"' >> /etc/libvirt/qemu.conf, then \(restart)")
      }
      return .pass(String(line).printable)
    },
  ]

  /// Networks and ports.
  static let networkChecks = [
    // The network default is active and started at boot.
    HostCheck("network-default") { survey in
      if survey.libvirtFailure != nil { return .warn("not known, as libvirt is not reachable") }
      let connect = "virsh --connect \(survey.uri.shellQuoted)"
      guard let network = survey.networks.first(where: { $0.name == "default" }) else {
        return .warn(
          "libvirt has no network \"default\"",
          fix: "\(connect) net-define /usr/share/libvirt/networks/default.xml && \(connect) net-start default"
            + " && \(connect) net-autostart default")
      }
      switch (network.isActive, network.autostart) {
      case (true, true): return .pass("active and started at boot")
      case (false, _):
        return .warn("not active", fix: "\(connect) net-start default && \(connect) net-autostart default")
      case (true, false): return .warn("not started at boot", fix: "\(connect) net-autostart default")
      }
    },
    // There is a bridge, so VMs can reach a LAN.
    HostCheck("bridges") { survey in
      let bridges = survey.kernel.bridges
      if bridges.isEmpty {
        return .warn(
          "there is no bridge: VMs reach no LAN",
          fix: "make one that is there after a boot, with the LAN's interface as a port of it, in the host's network "
            + "configuration, such as /etc/network/interfaces")
      }
      return .pass(bridges.joined(separator: ", "))
    },
    // Nothing else takes the VNC ports.
    HostCheck("vnc-ports") { survey in
      let foreign = survey.kernel.listeningPorts.subtracting(survey.displayPorts)
      let busy = foreign.filter { (5900...6899).contains($0) }.sorted()
      let note = busy.isEmpty ? "" : "; in use by others: \(busy.prefix(8).map(String.init).joined(separator: ", "))"
      let ephemeral = (survey.kernel.text("/proc/sys/net/ipv4/ip_local_port_range") ?? "")
        .split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
      if let ephemeral, ephemeral <= 32767 {
        return .warn(
          "the kernel gives out ports from \(ephemeral), within the VNC ports 5900 to 32767\(note)",
          fix: "sysctl -w net.ipv4.ip_local_port_range='32768 60999'")
      }
      return .pass("5900 to 32767 are free\(note)")
    },
  ]
}
