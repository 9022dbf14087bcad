import Fleet
import PKI
import Store
import SwiftProtobuf

/// A client's write with the id it chose, so that the same request is carried out once.
struct WriteRequest: Sendable {
  let id: RequestID
  /// SHA-256 of the request's body, lower-case hexadecimal.
  let bodyHash: String

  /// Reads the id and hashes the message, whose own id field is part of the hash.
  /// - Throws: ``FleetError`` with code `invalid` for text that is no id.
  init(id text: String, body: some SwiftProtobuf.Message) throws {
    guard let id = RequestID(text) else {
      throw FleetError(.invalid, "\"\(text.printable)\" is not a request id", hint: "give a fresh UUID")
    }
    self.id = id
    // Maps are serialized in an unspecified order unless told otherwise.
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    let bytes: [UInt8] = try body.serializedBytes(options: options)
    bodyHash = try Digest.sha256(bytes).hex
  }

  /// What came of an earlier copy of the request; nil for a new one.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier(in reader: FleetSnapshotReader) throws(FleetError) -> StoredRequest? {
    guard let earlier = try reader.request(id) else { return nil }
    guard earlier.bodyHash == bodyHash else {
      throw FleetError(.conflict, "the request id \(id) was used for another request", hint: "give a fresh UUID")
    }
    return earlier
  }
}
