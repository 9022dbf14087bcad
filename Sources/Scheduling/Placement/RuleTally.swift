package import Fleet

/// The rules that apply to one request, with the number of its groups' other VMs in each place.
struct RuleTally {
  /// One rule and its places.
  struct Entry: Sendable {
    let rule: PlacementRule
    /// Members by place, the request's own VM left out.
    var members: [String: Int]
    /// All members that have a place.
    var total: Int
  }

  private var entries: [Entry] = []

  /// True if no rule applies to the request.
  var isEmpty: Bool { entries.isEmpty }

  /// Takes the rules as they are counted.
  init(entries: [Entry]) { self.entries = entries }

  /// Counts the members among the VMs of `hosts`; skips that if no rule applies to the request.
  init(_ request: PlacementRequest, on hosts: [HostSnapshot], under policy: PlacementPolicy) {
    self.init(request, under: policy) { group in
      hosts.lazy.map { host in
        (host, host.vms.count { $0.request.constraints.groups.contains(group) && $0.name != request.spec.name })
      }
    }
  }

  /// Takes the members of a group, by host, from `counts`.
  init<Counts: Sequence<(HostSnapshot, Int)>>(
    _ request: PlacementRequest, under policy: PlacementPolicy, counts: (String) -> Counts
  ) {
    guard !request.constraints.groups.isEmpty else { return }
    for rule in policy.rules where request.constraints.groups.contains(rule.group) {
      var entry = Entry(rule: rule, members: [:], total: 0)
      for (host, count) in counts(rule.group) where count > 0 {
        entry.total += count
        if let place = rule.place(of: host) { entry.members[place, default: 0] += count }
      }
      entries.append(entry)
    }
  }

  /// True if the host keeps every hard rule.
  func allows(_ host: HostSnapshot) -> Bool {
    entries.allSatisfy { $0.rule.isSoft || Self.isKept($0, on: host) }
  }

  /// The first hard rule that the host breaks.
  func refusal(of host: HostSnapshot) -> Refusal? {
    for entry in entries where !entry.rule.isSoft && !Self.isKept(entry, on: host) {
      return Refusal(host: host.name, rule: entry.rule.kind.rawValue, detail: Self.detail(entry, host))
    }
    return nil
  }

  /// How well the soft rules are kept, 0…1; nil if there are none.
  func softScore(of host: HostSnapshot) -> Double? {
    var (sum, count) = (0.0, 0.0)
    for entry in entries where entry.rule.isSoft {
      count += 1
      guard let place = entry.rule.place(of: host) else { continue }
      let here = Double(entry.members[place] ?? 0)
      switch entry.rule.kind {
      case .apart, .spread: sum += 1 / (1 + here)
      case .together: sum += entry.total == 0 ? 1 : here / Double(entry.total)
      }
    }
    return count > 0 ? sum / count : nil
  }

  private static func isKept(_ entry: Entry, on host: HostSnapshot) -> Bool {
    guard let place = entry.rule.place(of: host) else { return false }
    let here = entry.members[place] ?? 0
    return switch entry.rule.kind {
    case .apart: here == 0
    case .together: entry.total == 0 || here > 0
    case .spread: true
    }
  }

  private static func detail(_ entry: Entry, _ host: HostSnapshot) -> String {
    let rule = entry.rule
    guard let place = rule.place(of: host) else { return "it has no label \"\((rule.label ?? "").printable)\"" }
    if rule.kind == .apart {
      let here = entry.members[place] ?? 0
      return "\(here) of group \"\(rule.group.printable)\" \(here == 1 ? "is" : "are") \(rule.words(for: place))"
    }
    let places = entry.members.keys.sorted()
    guard let first = places.first else { return "group \"\(rule.group.printable)\" is where no such label is" }
    let more = places.count > 1 ? " and \(places.count - 1) more" : ""
    return "group \"\(rule.group.printable)\" is \(rule.words(for: first))\(more)"
  }
}

extension PlacementRule {
  /// The place of a host: its name, or the value of its label; nil if it lacks the label.
  func place(of host: HostSnapshot) -> String? {
    label.map { host.labels[$0] } ?? host.name
  }

  /// A place in words, such as `on h1` or `in rack=a`.
  func words(for place: String) -> String {
    label.map { "in \($0)=\(place)" } ?? "on \(place)"
  }
}

extension PlacementPolicy {
  /// How the hosts and VMs break this policy now: one sentence each, in the order of the rules, at most `limit`.
  package func breaches(on hosts: [HostSnapshot], atMost limit: Int) -> [String] {
    var sentences: [String] = []
    for rule in rules where !rule.isSoft && sentences.count < limit {
      sentences += Self.breaches(of: rule, on: hosts)
    }
    if survive > 0, sentences.count < limit {
      var survival = Survival(hosts, under: self)
      sentences += survival.losses().map(\.detail)
    }
    return Array(sentences.prefix(limit))
  }

  private static func breaches(of rule: PlacementRule, on hosts: [HostSnapshot]) -> [String] {
    var members: [String: Int] = [:]
    var homeless: [String: Int] = [:]
    for host in hosts.sorted(by: { $0.name < $1.name }) {
      let count = host.vms.count { $0.request.constraints.groups.contains(rule.group) }
      guard count > 0 else { continue }
      if let place = rule.place(of: host) {
        members[place, default: 0] += count
      } else {
        homeless[host.name, default: 0] += count
      }
    }
    let group = "group \"\(rule.group.printable)\""
    let lost = homeless.sorted { $0.key < $1.key }.map { host, count in
      "\(count) of \(group) \(count == 1 ? "is" : "are") on \(host), which has no label \"\(rule.label ?? "")\""
    }
    switch rule.kind {
    case .apart:
      return lost
        + members.filter { $0.value > 1 }.sorted { $0.key < $1.key }.map { place, count in
          "\(count) of \(group) are \(rule.words(for: place))"
        }
    case .together:
      guard members.count > 1 else { return lost }
      return lost + ["\(group) is in \(members.count) places: " + members.keys.sorted().joined(separator: ", ")]
    case .spread: return []
    }
  }
}
