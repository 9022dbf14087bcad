import Fleet
import GRPCCore
import RoostProto

/// The bytes that follow the first message of an image import.
struct ImageChunks: AsyncSequence {
  typealias Element = [UInt8]

  var iterator: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>.AsyncIterator

  func makeAsyncIterator() -> Iterator { Iterator(base: iterator) }

  struct Iterator: AsyncIteratorProtocol {
    var base: RPCAsyncSequence<Roost_V1_ImportImageRequest, any Error>.AsyncIterator

    mutating func next() async throws -> [UInt8]? {
      guard let message = try await base.next() else { return nil }
      guard case .data(let data)? = message.content else {
        throw FleetError(.invalid, "every later message of an image import carries data")
      }
      return Array(data)
    }
  }
}
