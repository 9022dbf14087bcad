package import Fleet
package import GRPCCore
internal import RoostProto
package import SwiftProtobuf
internal import Synchronization

/// Checks the bytes of a message against the limits of its fields before it is decoded.
///
/// The bytes are walked once, field by field, without allocations for their content, so a refused message costs no more
/// memory than its bytes.
package enum MessageBounds {
  /// Checks the request or response of a method.
  /// - Parameter method: `package.Service/Method`.
  /// - Throws: ``FleetError`` with code `invalid` that names the first field that is too large.
  package static func check(
    _ bytes: some GRPCContiguousBytes, _ side: Side, of method: MethodDescriptor
  ) throws(FleetError) {
    guard let messages = RoostMethods.messages[method.fullyQualifiedMethod] else { return }
    let type = side == .request ? messages.request : messages.response
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(FleetError) in try check(buffer, as: type) }
    }
    try result.get()
  }

  /// Checks the bytes of a message of that type.
  /// - Throws: ``FleetError`` with code `invalid` that names the first field that is too large.
  package static func check(
    _ bytes: UnsafeRawBufferPointer, as type: any SwiftProtobuf.Message.Type
  ) throws(FleetError) {
    do {
      try BoundedDecoder.walk(bytes[...], type, Walk())
    } catch let excess as Excess {
      throw FleetError(.invalid, "the field \(excess.path) \(excess.problem)")
    } catch {
      throw FleetError(.invalid, "a message can't be read")
    }
  }

  /// The direction of a message in a call.
  package enum Side: Sendable {
    /// From the client.
    case request
    /// From the server.
    case response
  }

  /// A field that is too large, with its path.
  struct Excess: Error {
    var path: String
    var problem: String

    func within(_ outer: String) -> Excess {
      Excess(path: path.isEmpty ? outer : "\(outer).\(path)", problem: problem)
    }
  }

  /// The counts and the name look-ups of one walk over a message.
  final class Walk {
    private struct Field: Hashable {
      let message: ObjectIdentifier
      let number: Int
    }
    /// The names found so far in this run; as many as the .proto files have fields.
    private static let known = Mutex<[Field: String]>([:])
    private var names: [Field: String] = [:]
    private var left = FieldLimit.total

    /// Counts one more message, list element or map entry.
    func count() throws(Excess) {
      guard left > 0 else {
        throw Excess(path: "", problem: "makes the message hold more than \(FieldLimit.total) values")
      }
      left -= 1
    }

    /// The name of a field in the .proto file.
    func name(_ number: Int, _ encoding: BoundedDecoder.Encoding, of message: any SwiftProtobuf.Message.Type) -> String
    {
      let field = Field(message: ObjectIdentifier(message), number: number)
      if let known = names[field] { return known }
      let name = Self.known.withLock { $0[field] } ?? Self.find(number, encoding, of: message)
      names[field] = name
      return name
    }

    private static func find(
      _ number: Int, _ encoding: BoundedDecoder.Encoding, of message: any SwiftProtobuf.Message.Type
    ) -> String {
      let name = name(number, encoding, of: message)
      // A field that no .proto file has is named by its number, and not kept.
      if name != "\(number)" { known.withLock { $0[Field(message: ObjectIdentifier(message), number: number)] = name } }
      return name
    }

    /// Finds a name where SwiftProtobuf exposes it: in the text of a message with only that field.
    private static func name(
      _ number: Int, _ encoding: BoundedDecoder.Encoding, of message: any SwiftProtobuf.Message.Type
    ) -> String {
      let values: [[UInt8]] =
        switch encoding {
        case .varint: [[1]]
        case .eightBytes: [[1, 1, 1, 1, 1, 1, 1, 1]]
        case .fourBytes: [[1, 1, 1, 1]]
        // A text of one letter, which is not a valid message; and the message without fields.
        case .counted: [[1, UInt8(ascii: "x")], [0]]
        }
      var tag: [UInt8] = []
      var rest = UInt64(clamping: number) << 3 | encoding.rawValue
      while rest >= 0x80 {
        tag.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      tag.append(UInt8(truncatingIfNeeded: rest))
      for value in values {
        guard let example = try? message.init(serializedBytes: tag + value) else { continue }
        return String(example.textFormatString().prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      }
      return "\(number)"
    }
  }
}
