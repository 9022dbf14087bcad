internal import Fleet

extension NICSpec {
  /// Reads `default`, `default,mac=02:…,model=e1000`, `network=default` or `bridge=br0`.
  /// - Throws: ``FleetError`` with code `invalid`.
  init(flag text: String) throws(FleetError) {
    let parts = text.split(separator: ",", maxSplits: 16, omittingEmptySubsequences: false).map { String($0) }
    let hint = "write NAME[,mac=ADDRESS][,model=MODEL] or bridge=NAME[,…]"
    guard let first = parts.first, !first.isEmpty else { throw .usage("a network has no name", hint: hint) }
    let (key, value) = Self.pair(first)
    let source: NICSource
    switch key {
    case nil: source = .network(first)
    case "network": source = .network(value)
    case "bridge": source = .bridge(value)
    case let key?: throw .usage("\"\(key.printable)\" is no kind of network", hint: hint)
    }
    guard !source.name.isEmpty else { throw .usage("a network has no name", hint: hint) }
    self.init(source: source)
    var seen: Set<String> = []
    for part in parts.dropFirst() {
      let (key, value) = Self.pair(part)
      guard seen.insert(key ?? part).inserted else {
        throw .usage("\"\((key ?? part).printable)\" stands twice in one network", hint: "repeat --network for another")
      }
      switch key {
      case "mac": mac = try MACAddress(choosing: value)
      case "model": model = value
      default:
        let nearest = Spelling.nearest(to: key ?? part, among: ["mac", "model"]).map { "did you mean \"\($0)\"?" }
        throw .usage("\"\(part.printable)\" says nothing of a network", hint: nearest ?? hint)
      }
    }
  }

  private static func pair(_ text: String) -> (key: String?, value: String) {
    guard let equals = text.firstIndex(of: "=") else { return (nil, text) }
    // BOUNDED: an index of the same text.
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
