internal import Fleet

/// The settings of `roost set`, on top of what a VM asks of hosts already.
struct ConstraintSettings: Sendable {
  private let settings: [(key: String, value: String)]

  /// Takes `key=value` settings; an empty value takes away what the key said.
  /// - Throws: ``FleetError`` with code `usage` for what is no setting.
  init(_ texts: [String]) throws(FleetError) {
    var settings: [(key: String, value: String)] = []
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw .usage("\"\(text.printable)\" is not a setting", hint: Self.hint)
      }
      settings.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    guard !settings.isEmpty else { throw .usage("nothing is to be set", hint: Self.hint) }
    self.settings = settings
  }

  private static let hint = "roost set NAME group=web,all require=rack=a avoid=old pinned=true cpu_model=EPYC"

  /// The constraints with the settings made.
  /// - Throws: ``FleetError``: `usage`, `invalid`.
  func applied(to constraints: PlacementConstraints) throws(FleetError) -> PlacementConstraints {
    var wish = constraints
    for (key, value) in settings { try Self.set(key, value, &wish) }
    try wish.validated()
    return wish
  }

  private static func set(_ key: String, _ value: String, _ wish: inout PlacementConstraints) throws(FleetError) {
    let words = value.split(separator: ",").map(String.init)
    switch key {
    case "group", "groups": wish.groups = Set(words)
    case "require": wish.require = labels(words)
    case "avoid": wish.avoid = labels(words)
    case "pinned": wish.isPinned = try flag(key, value)
    case "one_cell": wish.oneCell = try flag(key, value)
    case "cpu_model": wish.cpuModel = value.isEmpty ? nil : value
    case "huge_page":
      wish.usesDefaultHugePages = value == "default"
      wish.hugePage = value.isEmpty || value == "default" ? nil : try Memory(parsing: value)
    case "vlans":
      wish.vlans = []
      for word in words { wish.vlans.insert(try number(key, word)) }
    case "devices":
      wish.devices = [:]
      for (name, text) in try pairs(key, words) { wish.devices[name] = try number(key, text) }
    case "pools":
      wish.pools = [:]
      for (name, text) in try pairs(key, words) { wish.pools[name] = try Memory(parsing: text) }
    default:
      throw .usage("\"\(key.printable)\" can't be set in this version, only what a VM asks of hosts", hint: hint)
    }
  }

  private static func labels(_ words: [String]) -> [String: Set<String>] {
    var labels: [String: Set<String>] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      labels[parts[0], default: []].formUnion(parts.dropFirst().filter { !$0.isEmpty })
    }
    return labels
  }

  private static func pairs(_ key: String, _ words: [String]) throws(FleetError) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw .usage("\(key) is a list such as \(key)=NAME=NUMBER") }
      pairs.append((parts[0], parts[1]))
    }
    return pairs
  }

  private static func number(_ key: String, _ text: String) throws(FleetError) -> Int {
    guard let number = Int(text) else { throw .usage("\(key): \"\(text.printable)\" is no whole number") }
    return number
  }

  private static func flag(_ key: String, _ text: String) throws(FleetError) -> Bool {
    switch text {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    default: throw .usage("\(key) is \"\(text.printable)\"; it is true or false")
    }
  }
}
