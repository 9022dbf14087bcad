internal import Fleet

/// The members of each rule's group by place, kept while VMs come and go.
struct RuleIndex: Sendable {
  /// The places that a label makes of the hosts, or the hosts themselves.
  struct Places: Sendable {
    let label: String?
    /// The number of each host's place, -1 for none.
    fileprivate(set) var of: [Int]
    fileprivate var numbers: [String: Int] = [:]

    fileprivate init(label: String?, count: Int) {
      self.label = label
      of = Array(0..<count)
    }

    /// How many places there are.
    fileprivate var count: Int { isOfHosts ? of.count : numbers.count }

    /// True if each host is a place.
    var isOfHosts: Bool { label == nil }

    fileprivate mutating func number(of host: HostSnapshot, _ rule: PlacementRule) -> Int {
      guard let name = rule.place(of: host) else { return -1 }
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }

  /// One rule with its members.
  fileprivate struct Kept: Sendable {
    var entry: RuleTally.Entry
    let places: Int
    /// How many members each place has, by number.
    var counts: [Int] = []
  }

  /// One for each label of a rule.
  private(set) var places: [Places] = []
  private var kept: [Kept] = []
  private var ofGroup: [String: [Int]] = [:]
  /// The hosts of the members, by their names.
  private var homes: [String: [Int]] = [:]

  init(_ hosts: [HostSnapshot], _ rules: [PlacementRule]) {
    var numbers: [String?: Int] = [:]
    for rule in rules {
      let number = numbers[rule.label] ?? places.count
      if number == places.count {
        numbers[rule.label] = number
        var made = Places(label: rule.label, count: hosts.count)
        for (position, host) in hosts.enumerated() where rule.label != nil {
          made.of[position] = made.number(of: host, rule)
        }
        places.append(made)
      }
      ofGroup[rule.group, default: []].append(kept.count)
      kept.append(
        Kept(
          entry: RuleTally.Entry(rule: rule, members: [:], total: 0), places: number,
          counts: Array(repeating: 0, count: places[number].count)))
    }
    guard !rules.isEmpty else { return }
    for (position, host) in hosts.enumerated() {
      for vm in host.vms { count(vm.request, on: host, at: position, by: 1) }
    }
  }

  /// Adds a VM on a host with 1, or subtracts it with -1.
  mutating func count(_ request: PlacementRequest, on host: HostSnapshot, at position: Int, by sign: Int) {
    var isMember = false
    for group in request.constraints.groups {
      for number in ofGroup[group] ?? [] {
        isMember = true
        add(sign, to: number, on: host, place: places[kept[number].places].of[position])
      }
    }
    guard isMember else { return }
    if sign > 0 {
      homes[request.spec.name, default: []].append(position)
    } else if let index = homes[request.spec.name]?.firstIndex(of: position) {
      homes[request.spec.name]?.remove(at: index)
      if homes[request.spec.name]?.isEmpty == true { homes[request.spec.name] = nil }
    }
  }

  private mutating func add(_ number: Int, to rule: Int, on host: HostSnapshot, place: Int) {
    kept[rule].add(number, kept[rule].entry.rule.place(of: host), place)
  }

  /// Records that the labels of a host without counted VMs have changed.
  mutating func relabel(_ host: HostSnapshot, at position: Int) {
    for number in places.indices where !places[number].isOfHosts {
      guard let rule = kept.first(where: { $0.places == number })?.entry.rule else { continue }
      places[number].of[position] = places[number].number(of: host, rule)
    }
    for number in kept.indices {
      let missing = places[kept[number].places].count - kept[number].counts.count
      if missing > 0 { kept[number].counts += Array(repeating: 0, count: missing) }
    }
  }

  /// The rules that apply to a request, with the members by place, the request's own VM left out.
  func tally(_ request: PlacementRequest, on hosts: [HostSnapshot]) -> RuleMembers {
    let groups = request.constraints.groups
    guard !groups.isEmpty else { return RuleMembers(tally: RuleTally(entries: []), rules: []) }
    var mine = Set(groups.flatMap { ofGroup[$0] ?? [] }).sorted().map { kept[$0] }
    for position in Set(homes[request.spec.name] ?? []) {
      let (host, name) = (hosts[position], request.spec.name)
      for index in mine.indices {
        let group = mine[index].entry.rule.group
        guard host.vms.contains(where: { $0.name == name && $0.request.constraints.groups.contains(group) }) else {
          continue
        }
        mine[index].add(-1, mine[index].entry.rule.place(of: host), places[mine[index].places].of[position])
      }
    }
    return RuleMembers(
      tally: RuleTally(entries: mine.map(\.entry)),
      rules: mine.map { kept in
        RuleMembers.Rule(rule: kept.entry.rule, total: kept.entry.total, places: kept.places, counts: kept.counts)
      })
  }
}

extension RuleIndex.Kept {
  /// Adds members, in a place if they have one.
  mutating func add(_ number: Int, _ name: String?, _ place: Int) {
    entry.total += number
    guard let name, place >= 0 else { return }
    counts[place] += number
    let members = entry.members[name, default: 0] + number
    entry.members[name] = members > 0 ? members : nil
  }
}

/// The rules that apply to one request, with the number of members in each place.
struct RuleMembers {
  struct Rule {
    let rule: PlacementRule
    let total: Int
    let places: Int
    let counts: [Int]
  }

  let tally: RuleTally
  fileprivate let rules: [Rule]

  fileprivate init(tally: RuleTally, rules: [Rule]) {
    self.tally = tally
    self.rules = rules
  }

  /// True if no rule applies.
  var isEmpty: Bool { rules.isEmpty }

  /// True if a hard rule applies.
  var areAnyHard: Bool { rules.contains { !$0.rule.isSoft } }

  /// A bound of ``RuleTally/softScore(of:)`` for the hosts of a block; nil if none of them keeps every hard rule.
  ///
  /// Computed in the same steps from the fewest and the most members of any place there, so that rounding keeps it a
  /// bound.
  func bound(of block: HostBlock) -> Double? {
    var (sum, count) = (0.0, 0.0)
    for rule in rules {
      var (least, most) = (Int.max, 0)
      for place in block.places[rule.places] {
        least = min(least, rule.counts[place])
        most = max(most, rule.counts[place])
      }
      guard rule.rule.isSoft else {
        switch rule.rule.kind {
        case .apart where least > 0: return nil
        case .together where rule.total > 0 && most == 0: return nil
        default: continue
        }
      }
      count += 1
      switch rule.rule.kind {
      case .apart, .spread: sum += 1 / (1 + Double(least == .max ? 0 : least))
      case .together: sum += rule.total == 0 ? 1 : Double(most) / Double(rule.total)
      }
    }
    return count > 0 ? sum / count : 0
  }
}
