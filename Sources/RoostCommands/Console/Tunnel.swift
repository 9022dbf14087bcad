internal import Fleet
internal import Foundation
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Bytes to and from a guest's serial console or display.
struct Tunnel: Sendable {
  /// The far end.
  enum Kind: String, Sendable {
    /// The serial console.
    case console
    /// The VNC display.
    case vnc
  }

  /// Which end closed it.
  enum Ending: Sendable {
    /// This one: its input has ended, or its user has left.
    case here
    /// The guest's.
    case there
  }

  let client: FleetClient
  let vm: String
  let kind: Kind
  let force: Bool

  /// Carries bytes both ways until either end closes.
  ///
  /// Sends nothing before the far end is connected. When `source` has ended, output of the far end is passed on for
  /// `linger`; when it throws ``UserDetached``, the tunnel ends at once.
  /// - Returns: which end closed it.
  /// - Throws: the ``FleetError`` with which the far end refused.
  @discardableResult
  func run(
    from source: @escaping @Sendable (_ send: ([UInt8]) async throws -> Void) async throws -> Void,
    to sink: @escaping @Sendable ([UInt8]) async throws -> Void,
    linger: @escaping @Sendable () -> Duration = { .zero },
    onReady: @escaping @Sendable (Roost_V1_TunnelReady) -> Void = { _ in }
  ) async throws -> Ending {
    let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
    let (ended, hasEnded) = AsyncStream.makeStream(of: Void.self)
    defer {
      isReady.finish()
      hasEnded.finish()
    }
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask {
        try await client.vms.openTunnel(options: client.stream) { writer in
          try await writer.write(open)
          for await _ in ready { break }
          // A failed call cancels its sender; only a sender that ended by itself ends the tunnel.
          try Task.checkCancellation()
          do {
            try await source { bytes in
              try await writer.write(.with { $0.data = Data(bytes) })
            }
            try await Task.sleep(for: linger())
            try Task.checkCancellation()
          } catch is UserDetached {}
          hasEnded.yield()
        } onResponse: { response in
          for try await frame in response.messages {
            switch frame.content {
            case .ready(let facts):
              onReady(facts)
              isReady.finish()
            case .data(let data): try await sink(Array(data))
            case .failure(let failure): throw try FleetError(failure)
            case .open, .tunnelID, nil: break
            }
          }
        }
        return .there
      }
      group.addTask {
        for await _ in ended { break }
        return .here
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .here
    }
  }

  private var open: Roost_V1_TunnelFrame {
    .with { frame in
      frame.open = .with {
        $0.vm = vm
        $0.kind = kind.rawValue
        $0.force = force
      }
    }
  }
}

/// The user pressed the detaching key.
struct UserDetached: Error, Hashable, Sendable {}
