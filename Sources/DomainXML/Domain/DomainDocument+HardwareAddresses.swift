extension DomainDocument {
  /// Every readable hardware address in document order, each once.
  ///
  /// Includes interfaces of all kinds, and ``passedThroughMACs``.
  package var allMACs: [HardwareAddress] {
    var seen: Set<HardwareAddress> = []
    // BOUNDED: two lists.
    return (interfaces.compactMap(\.mac) + passedThroughMACs).filter { seen.insert($0).inserted }
  }

  /// The namespace of elements that libvirt passes to QEMU unread.
  static let emulatorNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"

  /// The addresses in QEMU's arguments, as options or as JSON, and in what overrides properties of its devices.
  ///
  /// Corresponds to https://libvirt.org/kbase/qemu-passthrough-security.html
  package var passedThroughMACs: [HardwareAddress] {
    let namespace = DomainDocument.emulatorNamespace
    let arguments = emulatorArguments.flatMap(DomainDocument.addresses(in:))
    let properties = root.children(named: "override", namespace: namespace).flatMap(\.descendants)
      .filter { $0.name == "property" && $0.namespace == namespace && $0.attribute("name") == "mac" }
      .compactMap { $0.attribute("value").flatMap(HardwareAddress.init) }
    var seen: Set<HardwareAddress> = []
    return (arguments + properties).filter { seen.insert($0).inserted }
  }

  /// The arguments that go to QEMU as they stand, in order.
  package var emulatorArguments: [String] {
    let namespace = DomainDocument.emulatorNamespace
    return root.children(named: "commandline", namespace: namespace)
      .flatMap { $0.children(named: "arg", namespace: namespace) }
      .compactMap { $0.attribute("value") }
  }

  /// What stands behind `mac` or `macaddr` in one argument: `mac=…`, `device.net0.mac=…`, `"mac":"…"`.
  private static func addresses(in argument: String) -> [HardwareAddress] {
    // By scalars: a mark that combines with a quote does not hide the quote.
    func bare(_ text: Substring.UnicodeScalarView) -> String {
      let isOutside: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0 == "\"" || $0 == "'" }
      return String(text.drop(while: isOutside).prefix { !isOutside($0) })
    }
    // BOUNDED: an argument is a piece of a document, which has a megabyte at most; indices are of the same text.
    let parts = argument.unicodeScalars.split(whereSeparator: { ",{}[]".unicodeScalars.contains($0) })
    let written = parts.compactMap { part -> (key: String, value: String)? in
      guard let sign = part.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
      // BOUNDED: an index of the same text.
      return (bare(part[..<sign]), bare(part[part.index(after: sign)...]))
    }
    return (written + EmulatorOptions(argument).values).compactMap { key, value in
      // BOUNDED: a piece of the same text.
      let name = key.unicodeScalars.split(separator: ".").last.map { String($0).lowercased() }
      return name == "mac" || name == "macaddr" ? HardwareAddress(value) : nil
    }
  }

  /// The addresses of interfaces and of QEMU's arguments, in order, if all of them could be in use at once.
  ///
  /// Throws `invalidValue` for a text that is not an address and for multicast, broadcast and zero; `duplicate` for an
  /// address that occurs twice.
  package func checkedMACs() throws(DomainXMLError) -> [HardwareAddress] {
    var result: [HardwareAddress] = []
    for interface in devices?.children(named: "interface") ?? [] {
      let stated = interface.children(named: "mac").first { $0.attribute("address") != nil }
      guard let element = stated, let text = element.attribute("address") else { continue }
      guard let mac = HardwareAddress(text) else {
        throw DomainXMLError(
          .invalidValue, line: element.line, element: "mac/@address", "\"\(text.prefix(40))\" is not a MAC address")
      }
      try DomainDocument.add(mac, to: &result, line: element.line)
    }
    for mac in passedThroughMACs { try DomainDocument.add(mac, to: &result, line: nil) }
    return result
  }

  private static func add(
    _ mac: HardwareAddress, to result: inout [HardwareAddress], line: Int?
  ) throws(DomainXMLError) {
    guard mac.isUsable else {
      let reason = mac.isZero ? "all zero" : "a multicast address"
      throw DomainXMLError(.invalidValue, line: line, element: "mac/@address", "the MAC address \(mac) is \(reason)")
    }
    guard !result.contains(mac) else {
      throw DomainXMLError(.duplicate, line: line, element: "mac/@address", "the MAC address \(mac) stands twice")
    }
    result.append(mac)
  }
}
