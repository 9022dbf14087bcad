/// The identity of a certificate's holder in a fleet, written in the certificate as a URI.
///
/// The form is `urn:roost:<fleet>:<role>:<id>`, read strictly: nothing is trimmed, folded or decoded.
package struct FleetIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The role of a holder.
  package enum Role: String, CaseIterable, Sendable {
    /// The fleet's coordinator, which serves agents and operators.
    case coordinator
    /// The agent of one host; the id is the host's.
    case agent
    /// A person or script; the id is the user's.
    case `operator`
  }

  /// The fleet: a DNS label, that is 1 to 63 of `a-z`, `0-9` and inner `-`.
  package let fleetID: String

  /// The holder's role.
  package let role: Role

  /// The holder among those of its role: 1 to 64 of `A-Z`, `a-z`, `0-9`, `.`, `_` and `-`, first a letter or digit.
  package let id: String

  /// An identity of checked parts; throws `invalidValue` naming the part that isn't allowed.
  package init(fleetID: String, role: Role, id: String) throws {
    guard Self.isFleetID(fleetID) else {
      throw PKIError(.invalidValue, "a fleet id has 1 to 63 of a-z, 0-9 and inner -, unlike \(Self.quoted(fleetID))")
    }
    guard Self.isMemberID(id) else {
      throw PKIError(
        .invalidValue,
        "an id has 1 to 64 of A-Z, a-z, 0-9, . _ - and begins with a letter or digit, unlike \(Self.quoted(id))")
    }
    self.fleetID = fleetID
    self.role = role
    self.id = id
  }

  /// Reads the URI form; nil unless every character is as ``uri`` would write it and the role is known.
  package init?(uri: String) {
    guard uri.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    let parts = uri.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0] == "urn", parts[1] == "roost", let role = Role(rawValue: parts[3]) else {
      return nil
    }
    try? self.init(fleetID: parts[2], role: role, id: parts[4])
  }

  /// The URI form.
  package var uri: String { "\(Self.fleetURI(fleetID)):\(role.rawValue):\(id)" }

  /// The same as ``uri``.
  package var description: String { uri }

  /// The name under which a fleet's coordinator is verified, whatever its address.
  package static func coordinatorHostName(fleetID: String) -> String {
    "coordinator.\(fleetID).roost.internal"
  }
}

extension FleetIdentity {
  /// The prefix of every Roost URI.
  static let uriPrefix = "urn:roost:"

  /// The URI of a fleet itself, carried by its authority's certificate.
  static func fleetURI(_ fleetID: String) -> String { uriPrefix + fleetID }

  /// Whether a text can be a fleet's id.
  static func isFleetID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return (1...63).contains(bytes.count) && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
      && bytes.allSatisfy { isDigit($0) || isLowercase($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isMemberID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...64).contains(bytes.count), let first = bytes.first, isAlphanumeric(first) else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLowercase(byte) || isLowercase(byte | 0x20) && byte < 0x80
  }

  private static func quoted(_ text: String) -> String {
    // Bounded, and escaped, since the text comes from outside.
    String(reflecting: String(text.prefix(80)))
  }
}
