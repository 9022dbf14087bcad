internal import ArgumentParser
internal import Fleet

/// What a new VM requires of hosts beyond its spec.
struct ConstraintOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("A group for the fleet's rules; may be repeated.", valueName: "name"))
  var group: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A label the host must have, KEY or KEY=VALUE; may be repeated.", valueName: "label"))
  var require: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A label the host must not have, KEY or KEY=VALUE; may be repeated.", valueName: "label"))
  var avoid: [String] = []

  @Flag(name: .long, help: "The VM stays on the host it is placed on: no plan moves it.")
  var pinned = false

  /// True if no flag was given.
  var isEmpty: Bool { group.isEmpty && require.isEmpty && avoid.isEmpty && !pinned }

  /// The constraints that the flags describe.
  func constraints() throws(FleetError) -> PlacementConstraints {
    let constraints = PlacementConstraints(
      require: try Self.labels(require), avoid: try Self.labels(avoid), groups: Set(group), isPinned: pinned)
    try constraints.validated()
    return constraints
  }

  private static func labels(_ texts: [String]) throws(FleetError) -> [String: Set<String>] {
    var labels: [String: Set<String>] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let key = parts.first, !key.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
        throw .usage("\"\(text.printable)\" is not a label", hint: "write KEY or KEY=VALUE")
      }
      labels[key, default: []].formUnion(parts.dropFirst())
    }
    return labels
  }
}

/// The settings of `roost set`, applied to a VM's present constraints.
struct ConstraintSettings: Sendable {
  private let settings: [(key: String, value: String)]

  /// Reads `key=value` settings; an empty value removes the key's constraint.
  /// - Throws: ``FleetError`` with code `usage` for a malformed setting.
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

  private static let hint =
    "roost set NAME group=web,all require=rack=a avoid=old pinned=true cpu_model=EPYC vnc=socket"

  /// The constraints with the settings applied.
  /// - Throws: ``FleetError``: `usage`, `invalid`.
  func applied(to constraints: PlacementConstraints) throws(FleetError) -> PlacementConstraints {
    var wanted = constraints
    for (key, value) in settings { try Self.set(key, value, &wanted) }
    try wanted.validated()
    return wanted
  }

  private static func set(_ key: String, _ value: String, _ wanted: inout PlacementConstraints) throws(FleetError) {
    let words = value.split(separator: ",").map(String.init)
    switch key {
    case "group", "groups": wanted.groups = Set(words)
    case "require": wanted.require = labels(words)
    case "avoid": wanted.avoid = labels(words)
    case "pinned": wanted.isPinned = try flag(key, value)
    case "one_cell": wanted.oneCell = try flag(key, value)
    case "cpu_model": wanted.cpuModel = value.isEmpty ? nil : value
    case "huge_page":
      wanted.usesDefaultHugePages = value == "default"
      wanted.hugePage = value.isEmpty || value == "default" ? nil : try ByteCount(parsing: value)
    case "vlans":
      wanted.vlans = []
      for word in words { wanted.vlans.insert(try number(key, word)) }
    case "devices":
      wanted.devices = [:]
      for (name, text) in try pairs(key, words) { wanted.devices[name] = try number(key, text) }
    case "pools":
      wanted.pools = [:]
      for (name, text) in try pairs(key, words) { wanted.pools[name] = try ByteCount(parsing: text) }
    default:
      throw .usage(
        "\"\(key.printable)\" can't be set in this version, only what a VM asks of hosts, and vnc", hint: hint)
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
    guard let number = Int(text) else { throw .usage("\(key): \"\(text.printable)\" is not a whole number") }
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

/// The hosts to which a new VM may go.
struct PlacementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The only host allowed now; it stays movable later, unlike with --pinned.", valueName: "host"),
    completion: .hosts)
  var host: String?

  @Option(help: "How to choose among hosts: spread, pack, balanced or power (default: the fleet's).")
  var policy: PlacementStrategy?

  @Flag(name: .long, help: "Show the decision with every host's reasons, and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Leave the new VM off.")
  var noStart = false
}

extension PlacementStrategy: ExpressibleByArgument {}
