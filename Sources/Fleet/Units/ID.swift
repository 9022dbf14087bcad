/// An identifier of one kind of thing; identifiers of different kinds have different types.
package struct ID<Subject>: Hashable, Comparable, Sendable {
  /// The identifier without its kind.
  package let value: UniqueID

  /// Names the thing with this identifier.
  package init(_ value: UniqueID) {
    self.value = value
  }

  /// Makes a random identifier.
  package init(from source: any RandomSource) {
    value = UniqueID(from: source)
  }

  /// Reads a UUID; nil if the text is not one.
  package init?(_ text: String) {
    guard let value = UniqueID(text) else { return nil }
    self.value = value
  }

  package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension ID: CustomStringConvertible {
  /// The canonical UUID.
  package var description: String { value.description }
}

extension ID: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = ID(text) else { throw decoder.refusal("\"\(text.printable)\" is not a UUID") }
    self = id
  }

  /// Writes the UUID.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The subjects of ``ID``.
package enum Subject {
  /// A fleet.
  package enum Fleet {}
  /// A host.
  package enum Host {}
  /// A virtual machine.
  package enum VM {}
  /// An operation.
  package enum Operation {}
  /// A library image.
  package enum Image {}
  /// An action that an agent carries out.
  package enum Action {}
  /// A query to an agent.
  package enum Query {}
  /// A tombstone.
  package enum Tombstone {}
  /// A join token.
  package enum Token {}
  /// A request of a client.
  package enum Request {}
  /// One run of the coordinator's database between two restores.
  package enum Incarnation {}
}

/// Names a fleet.
package typealias FleetID = ID<Subject.Fleet>
/// Names a host.
package typealias HostID = ID<Subject.Host>
/// Names a virtual machine; equal to the UUID libvirt knows it by.
package typealias VMID = ID<Subject.VM>
/// Names an operation.
package typealias OperationID = ID<Subject.Operation>
/// Names a library image.
package typealias ImageID = ID<Subject.Image>
/// Names an action that an agent carries out.
package typealias ActionID = ID<Subject.Action>
/// Names a query to an agent.
package typealias QueryID = ID<Subject.Query>
/// Names a tombstone.
package typealias TombstoneID = ID<Subject.Tombstone>
/// Names a join token.
package typealias TokenID = ID<Subject.Token>
/// Names a request of a client.
package typealias RequestID = ID<Subject.Request>
/// Names one run of the coordinator's database between two restores.
package typealias Incarnation = ID<Subject.Incarnation>

/// A 128-bit identifier, written as a lower-case UUID.
package struct UniqueID: Hashable, Comparable, Sendable {
  /// The first eight bytes, most significant first.
  package let high: UInt64
  /// The last eight bytes, most significant first.
  package let low: UInt64

  /// Makes an identifier from its two halves, most significant first, unchanged.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a random (version 4) identifier.
  package init(from source: any RandomSource) {
    let high = source.next() & ~0xF000 | 0x4000
    let low = source.next() & ~(0b11 << 62) | (0b10 << 62)
    self.init(high: high, low: low)
  }

  /// Reads a UUID of 36 characters, or of 32 without hyphens, in either case.
  package init?(_ text: String) {
    let length = text.utf8.count
    guard length == 36 || length == 32 else { return nil }
    var (high, low, digits, index): (UInt64, UInt64, Int, Int) = (0, 0, 0, 0)
    for byte in text.utf8 {
      // BOUNDED: the text's length, here and below.
      defer { index += 1 }
      if byte == UInt8(ascii: "-") {
        guard index == 8 || index == 13 || index == 18 || index == 23 else { return nil }
        continue
      }
      guard let value = Hexadecimal.value(of: byte) else { return nil }
      if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
      digits += 1
    }
    guard digits == 32 else { return nil }
    self.init(high: high, low: low)
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension UniqueID: CustomStringConvertible {
  /// The canonical lower-case form of 36 characters.
  package var description: String {
    // Listings write thousands of these: one pass, no texts in between.
    String(unsafeUninitializedCapacity: 36) { buffer in
      for digit in 0..<32 {
        let half = digit < 16 ? high : low
        let hyphens = min(max(digit / 4 - 1, 0), 4)
        buffer[digit + hyphens] = Hexadecimal.digit(half >> UInt64(60 - 4 * (digit % 16)))
      }
      for index in [8, 13, 18, 23] { buffer[index] = UInt8(ascii: "-") }
      return 36
    }
  }
}
