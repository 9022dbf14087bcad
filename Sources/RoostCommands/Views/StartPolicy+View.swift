internal import Fleet

extension StartPolicy {
  /// The policy on one line.
  var sentence: String {
    let networks = networks.sorted { $0.key < $1.key }.map { ", \($0.value.rawValue) on \($0.key)" }.joined()
    return "starts behind Roost's back: \(outOfBand.rawValue)\(networks); unanswered: \(unanswered.rawValue)"
  }

  /// What a person reads.
  func view(_ counts: StartCounts) -> Detail {
    let effects: [StartRule: String] = [
      .observe: "nothing is done", .warn: "the guest starts, and an event tells of it", .block: "it does not start",
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
    return Detail(name: "policy", lines: lines, tree: tree(counts))
  }

  private func tree(_ counts: StartCounts) -> Tree {
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
