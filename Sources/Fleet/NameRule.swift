/// The rule for names of VMs, hosts, images and networks that people choose.
package enum NameRule {
  /// Checks a name: 1 to 63 ASCII letters, digits, `.`, `_` or `-`, beginning with a letter, digit or `_`.
  ///
  /// Such a name needs no quoting in a file name, a domain document or a command line.
  /// - Parameter kind: the noun for the error, such as `VM`.
  /// - Throws: ``FleetError`` with code `invalid`.
  @discardableResult
  package static func checked(_ name: String, of kind: String) throws(FleetError) -> String {
    guard !name.isEmpty else { throw FleetError(.invalid, "a \(kind) name is empty") }
    guard name.utf8.count <= 63 else {
      throw FleetError(.invalid, "the \(kind) name \"\(name.printable)\" is longer than 63 characters")
    }
    let allowed = name.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      case UInt8(ascii: "."), UInt8(ascii: "-"): index > 0
      default: false
      }
    }
    guard allowed else {
      throw FleetError(
        .invalid, "\"\(name.printable)\" is not a \(kind) name",
        hint: "use letters, digits, '.', '_' and '-', beginning with a letter or digit")
    }
    return name
  }

  /// Checks the name of a VM that was made outside of Roost: any name that libvirt accepts, so that the VM can be
  /// listed and controlled by its known name.
  ///
  /// 1 to 255 bytes without `/` and without control characters; not `.` or `..`, no white space at its ends, and no `-`
  /// at its beginning, where a command would read it as an option.
  /// - Throws: ``FleetError`` with code `invalid`.
  @discardableResult
  package static func checkedForeign(_ name: String) throws(FleetError) -> String {
    guard !name.isEmpty else { throw FleetError(.invalid, "a VM name is empty") }
    guard name.utf8.count <= 255 else {
      throw FleetError(.invalid, "the VM name \"\(name.printable)\" is longer than 255 bytes")
    }
    let ends = [name.first, name.last]
    guard name.isPrintable, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != "..", !name.hasPrefix("-"),
      !ends.contains(where: { $0?.isWhitespace ?? true })
    else { throw FleetError(.invalid, "\"\(name.printable)\" is not a name that a VM can be called by") }
    return name
  }
}
