internal import Fleet
internal import RoostAPI
internal import RoostProto

/// What would come of adopting one VM.
struct AdoptionView: Sendable {
  private let message: Roost_V1_AdoptionVerdict
  /// Why it can't be adopted; nil if it can.
  let failure: FleetError?

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_AdoptionVerdict) throws(FleetError) {
    self.message = message
    failure = message.hasFailure ? try FleetError(message.failure) : nil
  }

  /// The verdicts as a table.
  static func listing(_ views: [AdoptionView]) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("HOST"), .init("VERDICT"), .init("VNC", right: true), .init("MACS", wide: true),
        .init("NOTE"),
      ],
      rows: views.map(\.row), empty: "no unmanaged VMs")
  }

  private var row: Listing.Row {
    let note = failure?.message ?? message.notes.joined(separator: "; ")
    return Listing.Row(
      name: message.name,
      cells: [
        .init(message.name), .init(message.host), .init(verdict, failure == nil ? .good : .bad),
        .init(message.vncPort == 0 ? "-" : String(message.vncPort)),
        .init(message.macs.joined(separator: ",")), .init(note.isEmpty ? "-" : note),
      ], tree: tree)
  }

  private var verdict: String {
    guard let failure else { return "adopt" }
    return failure.code == .conflict ? "conflict" : "refuse"
  }

  private var tree: Tree {
    .object([
      "name": .text(message.name), "id": .text(message.id), "host": .text(message.host), "verdict": .text(verdict),
      "macs": .list(message.macs.map { .text($0) }),
      "vnc_port": message.vncPort == 0 ? .null : .integer(Int64(message.vncPort)),
      "notes": .list(message.notes.map { .text($0) }),
      "error": failure.map {
        .object(["code": .text($0.code.rawValue), "message": .text($0.message), "hint": .text($0.hint)])
      }
        ?? .null,
    ])
  }
}
