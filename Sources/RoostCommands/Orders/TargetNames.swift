/// Hands out device names such as `vda`, each once.
struct TargetNames: Sendable {
  private var taken: Set<String>

  /// Begins with these names in use.
  init(taken: Set<String>) {
    self.taken = taken
  }

  /// The next free name on a bus; past `z` there is none, and the spec is refused for its doubled name.
  mutating func next(for bus: String) -> String {
    let prefix =
      switch bus {
      case "virtio": "vd"
      case "ide": "hd"
      default: "sd"
      }
    let names = "abcdefghijklmnopqrstuvwxyz".map { "\(prefix)\($0)" }
    let name = names.first { !taken.contains($0) } ?? "\(prefix)z"
    taken.insert(name)
    return name
  }
}
