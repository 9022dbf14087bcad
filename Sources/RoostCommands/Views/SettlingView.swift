internal import Fleet
internal import RoostProto

/// What a restored coordinator waits for, and where its database and the hosts differ.
struct SettlingView: Sendable {
  private let message: Roost_V1_SettlingResponse

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_SettlingResponse) {
    self.message = message
  }

  /// What a person reads, and its JSON.
  var view: Detail {
    var lines: [Detail.Line] = []
    if message.settling {
      lines = [
        .field("settling", .init("since \(since): \(message.reason)", .caution)),
        .field("reported", .init(Self.names(message.reported))),
        .field(
          "waiting for",
          .init(message.rebuilding ? "roost settle --force, once all are there" : Self.names(message.waiting))),
      ]
    } else {
      lines = [.field("settling", .init("no", .good))]
    }
    if !message.unproven.isEmpty {
      let names = Self.names(message.unproven)
      lines.append(.field("unproven", .init("\(names) remember more than the database has, without proof", .caution)))
    }
    lines.append(.section("where the database and the hosts differ"))
    if message.differences.isEmpty { lines.append(.text("nowhere")) }
    for difference in message.differences { lines.append(.text(.init(difference.detail, .caution))) }
    return Detail(name: "settling", lines: lines, tree: tree)
  }

  private var tree: Tree {
    .object([
      "settling": .flag(message.settling), "since": message.settling ? .time(since) : .null,
      "reason": message.settling ? .text(message.reason) : .null, "rebuilding": .flag(message.rebuilding),
      "reported": .list(message.reported.map { .text($0) }), "waiting": .list(message.waiting.map { .text($0) }),
      "unproven": .texts(message.unproven),
      "differences": .list(
        message.differences.map { difference in
          .object([
            "kind": .text(difference.kind), "vm": .text(difference.vm), "vm_id": .text(difference.vmID),
            "believed": difference.believed.isEmpty ? .null : .text(difference.believed),
            "seen": difference.seen.isEmpty ? .null : .text(difference.seen), "detail": .text(difference.detail),
          ])
        }),
    ])
  }

  private var since: Timestamp { Timestamp(milliseconds: max(0, message.since)) }

  private static func names(_ names: [String]) -> String { names.isEmpty ? "nobody" : names.joined(separator: ", ") }
}
