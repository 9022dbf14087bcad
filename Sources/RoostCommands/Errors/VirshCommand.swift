internal import Fleet

/// The virsh commands that Roost answers with its own.
enum VirshCommand {
  private static let table: [String: String] = [
    "capabilities": "roost host show HOST",
    "cpu-stats": "roost top",
    "define": "roost import FILE.xml",
    "destroy": "roost stop --force NAME",
    "domblklist": "roost show NAME",
    "domblkstat": "roost top",
    "domdisplay": "roost vnc NAME",
    "domid": "roost show NAME",
    "domifaddr": "roost show NAME",
    "domiflist": "roost show NAME",
    "domifstat": "roost top",
    "dominfo": "roost show NAME",
    "dommemstat": "roost top",
    "domstate": "roost show NAME",
    "domstats": "roost top",
    "domuuid": "roost show NAME",
    "dumpxml": "roost show NAME -o yaml",
    "hostname": "roost host list",
    "net-destroy": "roost network stop NAME --host HOST",
    "net-info": "roost network list",
    "net-list": "roost network list",
    "net-start": "roost network start NAME --host HOST",
    "nodeinfo": "roost host show HOST",
    "pool-info": "roost pool list",
    "pool-list": "roost pool list",
    "reboot": "roost restart NAME",
    "reset": "roost restart --force NAME",
    "shutdown": "roost stop NAME",
    "suspend": "roost pause NAME",
    "undefine": "roost delete NAME",
    "vncdisplay": "roost vnc NAME",
    "vol-list": "roost image list",
  ]

  /// virsh commands for what Roost does not do.
  private static let left: Set<String> = [
    "attach-device", "attach-disk", "attach-interface", "autostart", "blockcommit", "blockresize", "change-media",
    "desc", "detach-device", "detach-disk", "detach-interface", "domrename", "edit", "managedsave",
    "qemu-agent-command", "save",
    "setmaxmem", "setmem", "setvcpus", "snapshot-create", "snapshot-create-as", "snapshot-delete", "snapshot-list",
    "snapshot-revert",
  ]

  /// Commands of other tools.
  private static let elsewhere: [String: String] = [
    "info": "roost show NAME", "cordon": "roost host cordon NAME", "uncordon": "roost host uncordon NAME",
    "drain": "roost host drain NAME", "log": "roost events", "node": "roost host list", "nodes": "roost host list",
  ]

  /// The error for a command line that begins with a virsh command, or nil for any other.
  static func answer(to words: [String]) -> FleetError? {
    guard let word = words.first else { return nil }
    if ["list", "ls"].contains(word), let flag = words.first(where: { ["--all", "--inactive"].contains($0) }) {
      return .usage(
        "\"\(flag)\" is a virsh word", hint: flag == "--all" ? "roost list shows all" : "roost list --state stopped")
    }
    let name = words.dropFirst().first { !$0.hasPrefix("-") }?.shellQuoted ?? "NAME"
    if let verb = table[word] {
      return .usage("\"\(word)\" is a virsh word", hint: verb.replacing("NAME", with: name))
    }
    if let verb = elsewhere[word] {
      return .usage("\"\(word)\" is not a roost command", hint: verb.replacing("NAME", with: name))
    }
    guard left.contains(word) else { return nil }
    return .usage(
      "Roost has no \"\(word)\" yet", hint: "on the VM's host, which \"roost show \(name)\" names: virsh \(word)")
  }
}

/// Commands that this version does not have yet, and what to use instead.
///
/// Without this table the spelling check would suggest whatever command is nearest.
enum UnavailableCommand {
  private static let table: [String: String] = [
    "apply": "roost create -f FILE.yaml", "balance run": "roost balance plan",
    "clone": "roost create NAME --image IMAGE", "doctor": "roost-agent check on each host",
    "disk": "virsh attach-disk on the VM's host; roost show reports the drift",
    "logs": "roost events", "migrate": "virsh migrate; roost list follows",
    "nic": "virsh attach-interface on the VM's host; roost show reports the drift",
    "plan": "roost create -f FILE.yaml --dry-run", "qm": "roost --help",
    "rename": "virsh domrename on the VM's host; roost list shows its old name and a note",
    "restore": "on the coordinator's machine, while it is stopped: roost-coordinator restore --data-dir DIR FILE",
    "snapshot": "virsh snapshot-create on the host",
    "host check": "roost-agent check on the host", "host fence": "roost host show HOST",
    "ca rotate": "roost ca rotate-coordinator or roost ca rotate-authority", "ca status": "roost ca show",
    "audit verify": "roost audit list", "audit export": "roost audit list -o json",
    "image prune": "roost image delete NAME",
    "network create": "virsh net-define on the host", "network delete": "virsh net-undefine on the host",
    "network show": "roost network list",
  ]

  /// The error for a command line that begins with such a command, or nil for any other.
  static func answer(to words: [String]) -> FleetError? {
    let plain = words.filter { !$0.hasPrefix("-") }
    guard let first = plain.first else { return nil }
    for word in [first, plain.prefix(2).joined(separator: " ")] {
      if let instead = table[word] {
        return .usage("\"roost \(word)\" is not in this version", hint: "meanwhile: \(instead)")
      }
    }
    return nil
  }
}
