internal import Fleet
internal import RoostProto

/// The authorities that the fleet trusts, and the certificates that still depend on the earlier one.
struct AuthoritiesView: Sendable {
  private let message: Roost_V1_AuthoritiesResponse

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_AuthoritiesResponse) throws(FleetError) {
    guard (1...2).contains(message.authorities.count) else {
      throw FleetError(.internal, "the coordinator names \(message.authorities.count) authorities")
    }
    self.message = message
  }

  /// The result of a rotation's first step.
  var begun: String {
    "a new authority is trusted beside the present one; \(left), then: roost ca rotate-authority --finish"
  }

  /// The result of a rotation's second step.
  var finished: String {
    var sentence = "the new authority is the only one; every certificate of the earlier one is revoked"
    if !message.hostsLeft.isEmpty { sentence += "; must join again: \(Self.names(message.hostsLeft))" }
    if !message.usersLeft.isEmpty { sentence += "; need new certificates: \(Self.names(message.usersLeft))" }
    return sentence
  }

  /// The view for people and its JSON.
  var detail: Detail {
    var lines: [Detail.Line] = []
    for authority in message.authorities {
      lines.append(.section(authority.state == "successor" ? "successor" : "authority"))
      lines.append(.field("fingerprint", .init(authority.fingerprint)))
      lines.append(.field("from", .init(Timestamp(milliseconds: authority.beginsAt).description)))
      lines.append(.field("until", .init(Timestamp(milliseconds: authority.expiresAt).description)))
    }
    if isRotating {
      lines.append(.section("not moved yet"))
      lines.append(.field("hosts", Self.cell(message.hostsLeft)))
      lines.append(.field("people", Self.cell(message.usersLeft)))
      let next = message.hostsLeft.isEmpty ? "" : "once every host has moved: "
      lines.append(.field("next", .init("\(next)roost ca rotate-authority --finish")))
      if !message.usersLeft.isEmpty {
        lines.append(.text(.init("for a person: roost user renew NAME --out DIR")))
      }
    }
    return Detail(name: "authority", lines: lines, outputValue: outputValue)
  }

  private var isRotating: Bool { message.authorities.count > 1 }

  private var left: String {
    message.hostsLeft.isEmpty ? "no host has to move" : "hosts move by themselves (roost ca show)"
  }

  private var outputValue: OutputValue {
    .object([
      "rotating": .flag(isRotating),
      "authorities": .list(
        message.authorities.map { authority in
          .object([
            "fingerprint": .text(authority.fingerprint), "state": .text(authority.state),
            "begins_at": .time(Timestamp(milliseconds: authority.beginsAt)),
            "expires_at": .time(Timestamp(milliseconds: authority.expiresAt)),
          ])
        }),
      "hosts_left": .texts(message.hostsLeft), "users_left": .texts(message.usersLeft),
    ])
  }

  private static func cell(_ names: [String]) -> Listing.Cell {
    names.isEmpty ? .init("none", .good) : .init(Self.names(names), .caution)
  }

  private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }
}
