import Fleet
import Synchronization

@testable import Agent

/// A library in memory that counts what is asked, and breaks off when told.
final class FakeImageSource: ImageSource {
  private struct State {
    var bytes: [ImageID: [UInt8]] = [:]
    var offsets: [Int64] = []
    var breakAfter: Int?
  }

  private let state = Mutex(State())

  func put(_ bytes: [UInt8], as id: ImageID) { state.withLock { $0.bytes[id] = bytes } }
  func breakAfter(_ count: Int?) { state.withLock { $0.breakAfter = count } }
  var offsets: [Int64] { state.withLock { $0.offsets } }

  func read(
    _ id: ImageID, from offset: Int64, into sink: @escaping @Sendable (Int64, [UInt8]) async throws -> Void
  ) async throws {
    let (bytes, limit) = state.withLock { state in
      state.offsets.append(offset)
      return (state.bytes[id] ?? [], state.breakAfter)
    }
    var place = Int(offset)
    while place < bytes.count {
      if let limit, place >= limit { throw FleetError(.unreachable, "the link broke", retryable: true) }
      let end = min(place + 64 * 1024, bytes.count)
      try await sink(Int64(place), Array(bytes[place..<end]))
      place = end
    }
  }
}
