internal import Fleet

extension PlacementPolicy {
  /// The value of `policy` in a fleet file.
  var outputValue: OutputValue {
    .object([
      "survive": .count(survive), "aim": .text(strategy.rawValue),
      "weights": .object(weights.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .number($0.value)) }),
    ])
  }

  /// The policy on one line.
  var sentence: String {
    "placements: survive \(survive), aim \(strategy.rawValue), \(rules.count) \(rules.count == 1 ? "rule" : "rules")"
  }

  /// A line for each part, and for each rule.
  var lines: [Detail.Line] {
    let losses =
      survive == 0 ? "no loss of a host" : "the loss of any \(survive == 1 ? "one host" : "\(survive) hosts")"
    var lines: [Detail.Line] = [
      .field("survive", .init("\(survive) (\(losses))")), .field("aim", .init(strategy.rawValue)),
    ]
    if !weights.isEmpty {
      let texts = weights.sorted { $0.key < $1.key }.map { "\($0.key)=\(PlacementDecision.short($0.value))" }
      lines.append(.field("weights", .init(texts.joined(separator: ", "))))
    }
    if !rules.isEmpty { lines += [.section("rules")] + rules.map { .text(.init($0.sentence)) } }
    return lines
  }
}

extension PlacementRule {
  /// The rule as a fleet file has it, such as `{apart: web}`.
  var outputValue: OutputValue {
    let key = label == nil ? kind.rawValue : "\(kind.rawValue)_by"
    let value: OutputValue = label.map { .object(["group": .text(group), "label": .text($0)]) } ?? .text(group)
    let entries = [OutputValue.Entry(key: key, value: value)]
    return .object(isSoft && kind != .spread ? entries + [.init(key: "soft", value: .flag(true))] : entries)
  }

  /// The rule in words, such as `web: apart by rack`.
  var sentence: String {
    let place = label.map { " by \($0)" } ?? ""
    return "\(group): \(kind.rawValue)\(place)\(isSoft && kind != .spread ? ", if it can be" : "")"
  }
}

/// The fleet's default for VNC displays.
struct VNCPolicyView: Sendable {
  let mode: VNCMode

  /// The default on one line.
  var sentence: String { "new VMs have \(mode.sentence) unless they choose" }

  /// The default for people and programs.
  var detail: Detail {
    Detail(
      name: "policy", lines: [.field("vnc", .init("\(mode.rawValue): \(sentence)"))],
      outputValue: .object(["vnc": .text(mode.rawValue)]))
  }
}

/// The fleet's placement policy, and where the fleet breaks it.
struct PlacementPolicyView: Sendable {
  let policy: PlacementPolicy
  /// One sentence each.
  let broken: [String]

  /// The policy for people and programs.
  var detail: Detail {
    let lines = broken.isEmpty ? [] : [Detail.Line.section("broken now")] + broken.map { .text(.init($0, .bad)) }
    return Detail(
      name: "policy", lines: policy.lines + lines,
      outputValue: policy.outputValue.adding([
        "rules": .list(policy.rules.map(\.outputValue)), "broken": .texts(broken),
      ]))
  }
}

extension OutOfBandPolicy {
  /// The policy on one line.
  var sentence: String {
    let networks = networks.sorted { $0.key < $1.key }.map { ", \($0.value.rawValue) on \($0.key)" }.joined()
    return "starts behind Roost's back: \(outOfBand.rawValue)\(networks); unanswered: \(unanswered.rawValue)"
  }

  /// The view for people.
  func view(_ counts: StartCounts) -> Detail {
    let effects: [OutOfBandRule: String] = [
      .observe: "nothing is done", .warn: "the guest starts, and an event reports it", .block: "it does not start",
    ]
    var lines: [Detail.Line] = [
      .field("out-of-band", .init("\(outOfBand.rawValue): \(effects[outOfBand] ?? "")", .heading))
    ]
    for (name, rule) in networks.sorted(by: { $0.key < $1.key }) {
      lines.append(.field("on \(name)", .init("\(rule.rawValue): \(effects[rule] ?? "")")))
    }
    let isOpen = unanswered == .failOpen
    lines.append(
      .field("unanswered", .init("\(unanswered.rawValue): \(isOpen ? "it starts" : "it does not start")")))
    lines.append(
      .field(
        "judged",
        .init(
          "\(counts.allowed) allowed, \(counts.warned) warned, \(counts.refused) refused since the "
            + "coordinator started")))
    return Detail(name: "policy", lines: lines, outputValue: outputValue(counts))
  }

  private func outputValue(_ counts: StartCounts) -> OutputValue {
    .object([
      "out_of_band": .text(outOfBand.rawValue), "unanswered": .text(unanswered.rawValue),
      "networks": .list(
        networks.sorted { $0.key < $1.key }.map {
          .object(["network": .text($0.key), "out_of_band": .text($0.value.rawValue)])
        }),
      "judged": .object([
        "allowed": .integer(counts.allowed), "warned": .integer(counts.warned), "refused": .integer(counts.refused),
      ]),
    ])
  }
}
