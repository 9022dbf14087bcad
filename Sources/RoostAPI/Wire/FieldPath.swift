package import Fleet

/// The path of a field in a message, for errors: `spec.disks[1].size_bytes`.
package struct FieldPath: Hashable, Sendable {
  /// The path; empty for the message itself.
  package let text: String

  /// Names the message with this path.
  package init(_ text: String = "") {
    self.text = text
  }

  /// The path of a field of this message.
  package func field(_ name: String) -> FieldPath {
    FieldPath(text.isEmpty ? name : "\(text).\(name)")
  }

  /// The path of an element of this list.
  package func element(_ index: Int) -> FieldPath { FieldPath("\(text)[\(index)]") }

  /// An error about a field of this message.
  package func invalid(_ name: String, _ problem: String) -> FleetError {
    FleetError(.invalid, "the field \(field(name).text) \(problem)")
  }
}

/// Reads one field of this message; errors name it.
extension FieldPath {
  /// The end of the year 9999, which is the last RFC 3339 can write.
  private static let lastMoment: Int64 = 253_402_300_799_999

  func id<Subject>(_ text: String, _ name: String) throws(FleetError) -> ID<Subject> {
    guard let id = ID<Subject>(text) else {
      throw invalid(name, text.isEmpty ? "is empty where a UUID belongs" : "is not a UUID: \"\(text.printable)\"")
    }
    return id
  }

  func optionalID<Subject>(_ text: String, _ name: String) throws(FleetError) -> ID<Subject>? {
    text.isEmpty ? nil : try id(text, name)
  }

  func mac(_ text: String, _ name: String) throws(FleetError) -> MACAddress {
    guard let mac = MACAddress(text) else { throw invalid(name, "is not a MAC address: \"\(text.printable)\"") }
    return mac
  }

  func optionalMAC(_ text: String, _ name: String) throws(FleetError) -> MACAddress? {
    text.isEmpty ? nil : try mac(text, name)
  }

  func word<Word>(_ text: String, _ name: String) throws(FleetError) -> Word
  where Word: RawRepresentable<String> & CaseIterable {
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw invalid(name, "is \"\(text.printable)\"; it is one of \(known)")
    }
    return word
  }

  func integer(_ number: UInt64, _ name: String) throws(FleetError) -> Int64 {
    guard let result = Int64(exactly: number) else { throw invalid(name, "is too large: \(number)") }
    return result
  }

  func revision(_ number: UInt64, _ name: String) throws(FleetError) -> Int64 {
    let result = try integer(number, name)
    guard result <= ManagedVM.highestRevision else { throw invalid(name, "is too high for a revision: \(number)") }
    return result
  }

  func memory(_ bytes: UInt64, _ name: String) throws(FleetError) -> ByteCount {
    ByteCount(bytes: try integer(bytes, name))
  }

  func amount(_ number: Double, _ name: String) throws(FleetError) -> Double {
    guard number.isFinite, number >= 0 else { throw invalid(name, "is not an amount: \(number)") }
    return number
  }

  func moment(_ milliseconds: Int64, _ name: String) throws(FleetError) -> Timestamp {
    guard (0...Self.lastMoment).contains(milliseconds) else {
      throw invalid(name, "is not a time between 1970 and 9999: \(milliseconds)")
    }
    return Timestamp(milliseconds: milliseconds)
  }

  func optionalMoment(_ milliseconds: Int64, _ name: String) throws(FleetError) -> Timestamp? {
    milliseconds == 0 ? nil : try moment(milliseconds, name)
  }

  func port(_ number: UInt32, _ name: String) throws(FleetError) -> Int {
    guard number <= 65535 else { throw invalid(name, "is not a TCP port: \(number)") }
    return Int(clamping: number)
  }

  func list<Value: MessageDecodable>(_ messages: [Value.Message], _ name: String) throws(FleetError) -> [Value] {
    guard !messages.isEmpty else { return [] }
    var values: [Value] = []
    values.reserveCapacity(messages.count)
    let list = field(name)
    for (index, message) in messages.enumerated() {
      do {
        values.append(try Value(message, at: list))
      } catch {
        // Long listings name no element that is good; this one is read again for its path.
        values.append(try Value(message, at: list.element(index)))
      }
    }
    return values
  }

  func macs(_ texts: [String], _ name: String) throws(FleetError) -> [MACAddress] {
    var macs: [MACAddress] = []
    for (index, text) in texts.enumerated() { macs.append(try mac(text, "\(name)[\(index)]")) }
    return macs
  }
}

/// A value of the fleet that can be read from a message.
package protocol MessageDecodable: Sendable {
  /// The message it is read from.
  associatedtype Message

  /// Reads the value.
  /// - Parameter path: the path of the message in the one that contains it.
  /// - Throws: ``FleetError`` with code `invalid` that names the field.
  init(_ message: Message, at path: FieldPath) throws(FleetError)
}

extension MessageDecodable {
  /// Reads the value from a message of its own.
  /// - Throws: ``FleetError`` with code `invalid` that names the field.
  package init(_ message: Message) throws(FleetError) {
    try self.init(message, at: FieldPath())
  }
}
