extension DomainDocument {
  /// The largest number of virtual processors that is accepted.
  package static let vcpuLimit = 65_535

  /// The most memory the guest can have, in bytes; above zero. Throws `missing`, `invalidValue`, `outOfRange`.
  package var memoryBytes: Int64 {
    get throws(DomainXMLError) {
      guard let element = root.child(named: "memory") else {
        throw DomainXMLError(.missing, line: root.line, element: "memory", "the domain has no <memory>")
      }
      return try DataSize.bytes(of: element, defaultUnit: "KiB")
    }
  }

  /// The memory the guest has now, in bytes; all of it unless the document says less.
  package var currentMemoryBytes: Int64 {
    get throws(DomainXMLError) {
      guard let element = root.child(named: "currentMemory") else { return try memoryBytes }
      return try DataSize.bytes(of: element, defaultUnit: "KiB")
    }
  }

  /// The most virtual processors the guest can have; 1 if the document is silent.
  /// Throws `invalidValue` and `outOfRange`.
  package var vcpus: Int {
    get throws(DomainXMLError) {
      guard let element = root.child(named: "vcpu") else { return 1 }
      return try DomainDocument.count(element.trimmedText ?? "", in: element, limit: DomainDocument.vcpuLimit)
    }
  }

  /// The virtual processors the guest starts with; all of them unless the document says fewer.
  package var currentVCPUs: Int {
    get throws(DomainXMLError) {
      let most = try vcpus
      guard let element = root.child(named: "vcpu"), let text = element.attribute("current") else { return most }
      return try DomainDocument.count(XMLText.trimmed(text), in: element, limit: most)
    }
  }

  private static func count(_ text: String, in element: XMLElement, limit: Int) throws(DomainXMLError) -> Int {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw DomainXMLError(
        .invalidValue, line: element.line, element: element.name,
        "\"\(text.prefix(40))\" in <\(element.name)> is not a whole number")
    }
    guard let value = Int(text, radix: 10), (1...limit).contains(value) else {
      throw DomainXMLError(
        .outOfRange, line: element.line, element: element.name,
        "\(text.prefix(40)) in <\(element.name)> is not between 1 and \(limit)")
    }
    return value
  }

  /// How the guest's processor is chosen; nil if left to the emulator.
  package var cpu: GuestCPU? { root.child(named: "cpu").map(GuestCPU.init) }

  /// Whether the guest's memory comes from huge pages.
  package var usesHugePages: Bool { root.descendant("memoryBacking", "hugepages") != nil }

  /// Whether the document binds the guest's memory to NUMA nodes.
  package var hasNUMATuning: Bool { root.child(named: "numatune") != nil }
}
