package import GRPCCore

/// Any call with an empty message: authorisation must not depend on what the message says.
package struct RawCall: MessageSerializer, MessageDeserializer {
  package typealias Message = [UInt8]

  package func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

  package func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }

  /// Makes the call and reads what comes to its end.
  /// - Returns: nil if it succeeded.
  package static func failure(of method: MethodDescriptor, _ client: Wire.Client) async throws -> RPCError? {
    var options = CallOptions.defaults
    options.timeout = .seconds(10)
    options.waitForReady = false
    do {
      try await client.bidirectionalStreaming(
        request: StreamingClientRequest { try await $0.write([]) }, descriptor: method,
        serializer: RawCall(), deserializer: RawCall(), options: options
      ) { response in
        for try await _ in response.messages {}
      }
      return nil
    } catch let error as RPCError {
      return error
    }
  }
}
