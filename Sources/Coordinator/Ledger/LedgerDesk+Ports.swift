import Fleet
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension LedgerDesk {
  /// Changes the range of VNC ports that new VMs are given; those that have one keep it. Without a range it is told.
  /// - Throws: ``FleetError`` with code `invalid`.
  func setPortRange(_ request: Roost_V1_SetPortRangeRequest) async throws -> Roost_V1_SetPortRangeResponse {
    guard request.first != 0 || request.last != 0 else {
      let (fleet, held) = try await store.read { (try $0.fleet(), try $0.heldPorts()) }
      return Self.answer(fleet.vncPorts, held: held)
    }
    let range = try VNCPortRange.checked(Int(request.first), Int(request.last))
    return try await once(WriteRequest(id: request.requestID, body: request)) { transaction, now in
      var fleet = try transaction.fleet()
      (fleet.vncFirst, fleet.vncLast) = (range.lowerBound, range.upperBound)
      try transaction.updateFleet(fleet)
      try transaction.appendEvent(
        at: now, kind: "port.range", subject: "\(range.lowerBound)-\(range.upperBound)",
        message: "VMs are given VNC ports from \(range.lowerBound) to \(range.upperBound)")
      return Self.answer(range, held: try transaction.heldPorts())
    }
  }

  private static func answer(_ range: ClosedRange<Int>, held: Set<Int>) -> Roost_V1_SetPortRangeResponse {
    .with {
      $0.first = UInt32(clamping: range.lowerBound)
      $0.last = UInt32(clamping: range.upperBound)
      $0.warnings = PortRangeAdvice.warnings(range, held: held)
    }
  }
}
