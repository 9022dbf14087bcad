internal import Fleet

/// What fingers know from virsh, and the verb of Roost that does it.
enum VirshWord {
  private static let table: [String: String] = [
    "attach-disk": "roost show NAME", "autostart": "roost show NAME", "define": "roost import FILE.xml",
    "cpu-stats": "roost top",
    "destroy": "roost stop --force NAME", "domblkstat": "roost top",
    "domifstat": "roost top", "dommemstat": "roost top", "domstats": "roost top",
    "dominfo": "roost show NAME", "domiflist": "roost show NAME",
    "domblklist": "roost show NAME", "domifaddr": "roost show NAME", "domstate": "roost show NAME",
    "domdisplay": "roost vnc NAME", "dumpxml": "roost show NAME -o yaml", "hostname": "roost host list",
    "net-destroy": "roost network stop NAME --host HOST", "net-info": "roost network list",
    "net-list": "roost network list", "net-start": "roost network start NAME --host HOST",
    "nodeinfo": "roost host show HOST", "pool-info": "roost pool list", "pool-list": "roost pool list",
    "reboot": "roost restart NAME", "reset": "roost restart --force NAME", "shutdown": "roost stop NAME",
    "suspend": "roost pause NAME", "undefine": "roost delete NAME", "vncdisplay": "roost vnc NAME",
    "vol-list": "roost image list", "capabilities": "roost host show HOST",
  ]

  /// The error that answers a command line that begins with a word of virsh, or nil for any other.
  static func answer(to words: [String]) -> FleetError? {
    guard let word = words.first, let verb = table[word] else { return nil }
    let name = words.dropFirst().first { !$0.hasPrefix("-") } ?? "NAME"
    return .usage("\"\(word)\" is virsh's word", hint: verb.replacing("NAME", with: name.printable))
  }
}
