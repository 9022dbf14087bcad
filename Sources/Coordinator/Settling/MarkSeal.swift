package import Fleet
package import PKI
import RoostAPI
package import RoostProto
import SwiftProtobuf

/// Signs the high-water marks that agents keep, and verifies that a coordinator of this fleet has signed them.
///
/// The key is derived from the authority's, which a restored and a rebuilt coordinator have, and no agent has. The
/// signed statement names the host, so a mark for another host proves nothing.
package struct MarkSeal: Sendable {
  /// The largest statement, in bytes; one pool takes some 50.
  static let statementLimit = 1 << 20
  private static let label = "roost high-water mark 1"

  private let fleetID: FleetID
  /// The keys of the fleet's authorities: the first one signs, all verify.
  private let authorities: @Sendable () -> [PrivateKey]

  /// Takes a fleet's id and a function that returns the keys of its authorities, the signing one first.
  package init(_ fleetID: FleetID, _ authorities: @escaping @Sendable () -> [PrivateKey]) {
    self.fleetID = fleetID
    self.authorities = authorities
  }

  /// Takes a fleet's id and the key of its only authority.
  package init(_ fleetID: FleetID, _ key: PrivateKey) {
    self.init(fleetID) { [key] }
  }

  private func keys() throws -> [AuthenticationKey] {
    try authorities().map { try AuthenticationKey(from: $0, label: Self.label) }
  }

  /// The signed mark for a host.
  package func sign(_ mark: HighWaterMarks, for host: HostID) throws -> Roost_V1_SignedMark {
    let statement = Roost_V1_MarkStatement.with {
      $0.fleetID = fleetID.description
      $0.hostID = host.description
      $0.epoch = UInt64(clamping: mark.epoch)
      $0.incarnation = mark.incarnation
      $0.macCursor = mark.macCursor
      $0.poolCursors = mark.poolCursors.message
      $0.lastEvent = UInt64(clamping: mark.lastEvent)
    }
    let bytes: [UInt8] = try statement.serializedBytes()
    guard let signature = try keys().first?.signature(of: bytes) else {
      throw FleetError(.internal, "there is no key to sign marks with")
    }
    return .with {
      $0.statement = .init(bytes)
      $0.signature = .init(signature)
    }
  }

  /// The content of a mark that a coordinator of this fleet signed for the host.
  /// - Throws: ``FleetError`` with code `denied` for an unsigned mark and for one for another host; `invalid` for one
  ///   that can't be read.
  func open(_ mark: Roost_V1_SignedMark, of host: HostID) throws -> HighWaterMarks {
    guard mark.statement.count <= Self.statementLimit, mark.signature.count == Digest.byteCount,
      try keys().contains(where: { try $0.isValid(mark.signature, of: mark.statement) })
    else { throw FleetError(.denied, "no coordinator of this fleet has signed it") }
    let statement: Roost_V1_MarkStatement
    do {
      statement = try Roost_V1_MarkStatement(serializedBytes: Array(mark.statement))
    } catch {
      throw FleetError(.invalid, "it can't be read")
    }
    guard statement.fleetID == fleetID.description, statement.hostID == host.description else {
      throw FleetError(.denied, "it was told to another host")
    }
    return HighWaterMarks(
      epoch: Int64(clamping: statement.epoch), incarnation: statement.incarnation, macCursor: statement.macCursor,
      poolCursors: try PoolCursors(statement.poolCursors), lastEvent: Int64(clamping: statement.lastEvent))
  }
}
