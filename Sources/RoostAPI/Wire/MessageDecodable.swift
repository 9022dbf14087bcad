public import Fleet

/// A value of the fleet that is read from a message of the wire.
public protocol MessageDecodable: Sendable {
  /// The message it is read from.
  associatedtype Message

  /// Reads the value.
  /// - Parameter path: where the message stands in the one that contains it.
  /// - Throws: ``FleetError`` with code `invalid` that names the field.
  init(_ message: Message, at path: FieldPath) throws(FleetError)
}

extension MessageDecodable {
  /// Reads the value from a message that stands by itself.
  /// - Throws: ``FleetError`` with code `invalid` that names the field.
  public init(_ message: Message) throws(FleetError) {
    try self.init(message, at: FieldPath())
  }
}
