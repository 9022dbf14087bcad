internal import Fleet

/// Words of the command line that this version does not have yet, and what does the work meanwhile.
///
/// Without this table a spelling check would answer them with whatever word is nearest.
enum PlannedWord {
  private static let table: [String: String] = [
    "apply": "roost create -f FILE.yaml", "balance run": "roost balance plan",
    "clone": "roost create NAME --image IMAGE", "disk": "roost show NAME", "doctor": "roost-agent check on each host",
    "logs": "roost events", "migrate": "virsh migrate; roost list follows",
    "nic": "roost show NAME", "plan": "roost create -f FILE.yaml --dry-run", "rename": "roost show NAME",
    "restore": "on the coordinator's machine, while it is stopped: roost-coordinator restore --data-dir DIR FILE",
    "snapshot": "virsh snapshot-create on the host",
    "host check": "roost-agent check on the host", "host fence": "roost host show HOST",
    "ca rotate": "roost ca rotate-coordinator or roost ca rotate-authority", "ca status": "roost ca show",
    "audit verify": "roost audit list", "audit export": "roost audit list -o json",
    "image prune": "roost image delete NAME",
    "network create": "virsh net-define on the host", "network delete": "virsh net-undefine on the host",
    "network show": "roost network list",
  ]

  /// The error that answers a command line that begins with such a word, or nil for any other.
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
