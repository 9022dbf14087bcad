internal import Fleet
internal import RoostAPI
internal import RoostProto

/// A shared address with everybody who has it and what can be done.
struct MACResolution: Sendable {
  private let entry: MACEntry
  private let message: Roost_V1_ResolveMACResponse

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_ResolveMACResponse) throws(FleetError) {
    entry = try MACEntry(message.entry)
    self.message = message
  }

  /// What a person reads.
  var view: Detail {
    var lines: [Detail.Line] = [.text(.init(message.sentence.printable, .bad))]
    if message.accepted { lines.append(.text("it is accepted that they share it")) }
    if !message.choices.isEmpty { lines.append(.section("what can be done")) }
    for choice in message.choices {
      lines.append(.text(.init(choice.command.printable, .heading)))
      lines.append(.text(.init("  " + choice.effect.printable)))
    }
    return Detail(name: entry.mac.description, lines: lines, tree: tree)
  }

  private var tree: Tree {
    .object([
      "mac": .text(entry.mac.description), "kind": .text(message.kind), "sentence": .text(message.sentence),
      "accepted": .flag(message.accepted), "owners": .list(entry.claimants.map(\.tree)),
      "choices": .list(
        message.choices.map { .object(["command": .text($0.command), "effect": .text($0.effect)]) }),
    ])
  }
}
