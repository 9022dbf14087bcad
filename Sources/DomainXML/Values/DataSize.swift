/// Reads amounts of data as libvirt writes them.
enum DataSize {
  /// Bytes per unit, by libvirt's rule: one letter or `…iB` counts in 1024s, `…B` in 1000s, case aside.
  ///
  /// Corresponds to https://libvirt.org/formatdomain.html#memory-allocation
  static func bytes(perUnit unit: String) -> Int64? {
    let letters = Array(unit.lowercased().utf8)
    if ["b", "byte", "bytes"].contains(unit.lowercased()) { return 1 }
    guard let first = letters.first,
      let power = Array("kmgtpe".utf8).firstIndex(of: first).map({ $0 + 1 })
    else { return nil }
    let rest = String(decoding: letters.dropFirst(), as: UTF8.self)
    let base: Int64
    switch rest {
    case "", "ib": base = 1024
    case "b": base = 1000
    default: return nil
    }
    return (0..<power).reduce(1) { value, _ in value * base }
  }

  /// The bytes an element states; above zero and below 2^63, or zero where allowed.
  static func bytes(
    of element: XMLElement, defaultUnit: String, allowsZero: Bool = false
  ) throws(DomainXMLError) -> Int64 {
    let name = element.name
    let unit = element.attribute("unit") ?? defaultUnit
    guard let scale = bytes(perUnit: unit.isEmpty ? defaultUnit : unit) else {
      throw DomainXMLError(
        .invalidValue, line: element.line, element: "\(name)/@unit", "\"\(unit)\" is not a unit of memory")
    }
    let text = element.trimmedText ?? ""
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw DomainXMLError(
        .invalidValue, line: element.line, element: name, "\"\(text.prefix(40))\" in <\(name)> is not a whole number")
    }
    guard let value = Int64(text, radix: 10), value > 0 || (allowsZero && value == 0) else {
      throw DomainXMLError(
        .outOfRange, line: element.line, element: name, "\(text.prefix(40)) in <\(name)> is out of range")
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: scale)
    guard !overflow else {
      throw DomainXMLError(
        .outOfRange, line: element.line, element: name, "\(value) \(unit) in <\(name)> is out of range")
    }
    return product
  }
}
