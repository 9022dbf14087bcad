package import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf
internal import Synchronization

/// Where the bytes of library images come from.
package protocol ImageSource: Sendable {
  /// Reads an image from an offset to its end, piece by piece, in order.
  func read(
    _ id: ImageID, from offset: Int64,
    into sink: @escaping @Sendable (_ offset: Int64, _ bytes: [UInt8]) async throws -> Void
  ) async throws
}

/// Reads images over the present connection to the coordinator.
final class CoordinatorImageSource: ImageSource {
  private let client = Mutex<CoordinatorConnection.Client?>(nil)

  /// Sets the present connection; nil for none.
  func use(_ next: CoordinatorConnection.Client?) { client.withLock { $0 = next } }

  func read(
    _ id: ImageID, from offset: Int64, into sink: @escaping @Sendable (Int64, [UInt8]) async throws -> Void
  ) async throws {
    guard let client = client.withLock({ $0 }) else {
      throw FleetError(
        .unreachable, "the coordinator is not connected, so image \(id) can't be fetched", retryable: true)
    }
    let request = Roost_V1_FetchImageRequest.with {
      $0.imageID = id.description
      $0.offset = UInt64(clamping: offset)
    }
    do {
      try await Roost_V1_AgentLink.Client(wrapping: client).fetchImage(request) { response in
        for try await chunk in response.messages {
          guard let place = Int64(exactly: chunk.offset) else { throw FleetError(.invalid, "an offset is too large") }
          try await sink(place, Array(chunk.data))
        }
      }
    } catch let error as RPCError {
      throw FleetError(error)
    }
  }
}
