package import Fleet
internal import Foundation

/// JSON with its length before it, four bytes, the highest first: what hook and agent send each other.
package enum HookFrame {
  /// The largest frame; JSON may write a byte of a document as six.
  // BOUNDED: constants.
  static let limit = 6 * HookQuestion.documentLimit + 4096

  /// A value as a frame.
  static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let body = Array(try JSONEncoder().encode(value))
    return withUnsafeBytes(of: UInt32(clamping: body.count).bigEndian, Array.init) + body
  }

  /// The length that a frame's first four bytes say.
  /// - Throws: ``FleetError`` with code `invalid` for one that is too large.
  package static func length(_ head: [UInt8]) throws(FleetError) -> Int {
    // BOUNDED: four bytes.
    let length = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= limit else { throw FleetError(.invalid, "a frame of \(length) bytes is too large") }
    return length
  }

  /// The value in a frame's body.
  package static func value<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body))
  }
}
