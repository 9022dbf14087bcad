import Coordinator
package import Fleet
import Foundation
import GRPCCore
import PKI
package import RoostProto
import Store
import SwiftProtobuf

extension TestCoordinator {
  /// What a host was told, signed by this fleet's authority.
  package nonisolated func signed(_ mark: HighWaterMarks, for host: HostID) throws -> Roost_V1_SignedMark {
    let key = try PrivateKey(pem: String(contentsOfFile: directory.authorityKey, encoding: .utf8))
    return try MarkSeal(fleet.id, key).sign(mark, for: host)
  }

  /// Cuts a host off.
  @discardableResult
  package nonisolated func revoke(_ name: String) async throws -> Roost_V1_RevokeHostResponse {
    try await local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).revoke(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.host = name
        })
    }
  }

  /// Disregards a host's claims, or regards them again.
  package nonisolated func disregard(_ name: String, off: Bool = false) async throws {
    _ = try await local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).disregard(
        .with {
          $0.requestID = RequestID(from: random).description
          $0.host = name
          $0.disregarded = !off
        })
    }
  }

  /// The host of that name as a listing shows it.
  package nonisolated func host(listed name: String) async throws -> Roost_V1_Host {
    try await local { try await Roost_V1_Hosts.Client(wrapping: $0).get(.with { $0.host = name }).host }
  }

  /// Every event of a kind.
  package nonisolated func history(of kind: String) async throws -> [FleetEvent] {
    try await stored { reader in try reader.events(since: 0, limit: 100_000).filter { $0.kind == kind } }
  }
}
