package import GRPCCore

/// Any call with messages as bytes: what no generated code would write can be sent as well.
package struct RawCall: MessageSerializer, MessageDeserializer {
  package typealias Message = [UInt8]

  package init() {}

  package func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

  package func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }

  /// Makes the call and reads what comes to its end.
  /// - Parameter messages: what is sent; one empty message unless told otherwise.
  /// - Returns: nil if it succeeded.
  package static func failure(
    of method: MethodDescriptor, _ client: TestTransports.Client, sending messages: [[UInt8]] = [[]],
    within limit: Duration = .seconds(10)
  ) async throws -> RPCError? {
    var options = CallOptions.defaults
    options.timeout = limit
    options.waitForReady = false
    do {
      try await client.bidirectionalStreaming(
        request: StreamingClientRequest { writer in
          for message in messages { try await writer.write(message) }
        }, descriptor: method,
        serializer: RawCall(), deserializer: RawCall(), options: options
      ) { response in
        for try await _ in response.messages {}
      }
      return nil
    } catch let error as RPCError {
      return error
    }
  }

  /// Makes the call with one message and reads what comes to its end.
  /// - Returns: the bytes of the largest message that came.
  package static func largest(
    of method: MethodDescriptor, sending message: [UInt8], _ client: TestTransports.Client,
    within limit: Duration = .seconds(60)
  ) async throws -> Int {
    var options = CallOptions.defaults
    options.timeout = limit
    // The transport bounds both ways by the limit of requests.
    options.maxRequestMessageBytes = 256 << 20
    options.maxResponseMessageBytes = 256 << 20
    return try await client.bidirectionalStreaming(
      request: StreamingClientRequest { try await $0.write(message) }, descriptor: method,
      serializer: RawCall(), deserializer: RawCall(), options: options
    ) { response in
      var largest = 0
      for try await message in response.messages { largest = max(largest, message.count) }
      return largest
    }
  }
}
