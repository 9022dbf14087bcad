public import Fleet

extension FleetPolicy {
  /// What hosts and VMs break of it as they are, one sentence each, in the order of the rules; at most so many.
  public func breaches(on hosts: [HostSnapshot], atMost limit: Int) -> [String] {
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
