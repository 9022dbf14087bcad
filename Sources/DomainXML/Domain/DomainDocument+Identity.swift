extension DomainDocument {
  /// What runs the guest, such as `kvm` or `qemu`.
  package var type: DomainType { DomainType(rawValue: root.attribute("type") ?? "") }

  /// libvirt's number of a running guest; nil in a saved document.
  package var runtimeID: Int? { root.number("id") }

  /// The guest's name on its host. Throws `missing` and `invalidValue`.
  package var name: String {
    get throws(DomainXMLError) {
      guard let element = root.child(named: "name"), let name = element.trimmedText else {
        throw DomainXMLError(.missing, line: root.line, element: "name", "the domain has no <name>")
      }
      guard !name.contains("/"), name != ".", name != "..", !name.contains(where: \.isNewline) else {
        throw DomainXMLError(
          .invalidValue, line: element.line, element: "name", "the name \"\(name)\" is not allowed by libvirt")
      }
      return name
    }
  }

  /// The guest's UUID in ``UUIDText/canonical(_:)`` form; nil if it has none yet. Throws `invalidValue`.
  package var uuid: String? {
    get throws(DomainXMLError) { try DomainDocument.uuid(in: root.child(named: "uuid")) }
  }

  /// The UUID that the guest sees in place of its own, `<hwuuid>`; nil if it sees its own. Throws `invalidValue`.
  package var hardwareUUID: String? {
    get throws(DomainXMLError) { try DomainDocument.uuid(in: root.child(named: "hwuuid")) }
  }

  /// The UUID that the guest reads from its SMBIOS tables, if one is set apart. Throws `invalidValue`.
  package var smbiosUUID: String? {
    get throws(DomainXMLError) {
      let entries = root.children(named: "sysinfo").flatMap { $0.child(named: "system")?.children ?? [] }
      return try DomainDocument.uuid(in: entries.first { $0.name == "entry" && $0.attribute("name") == "uuid" })
    }
  }

  /// A line about the guest; nil if none.
  package var title: String? { root.child(named: "title")?.trimmedText }

  /// Words about the guest; nil if none.
  package var details: String? { root.child(named: "description")?.trimmedText }

  private static func uuid(in element: XMLElement?) throws(DomainXMLError) -> String? {
    guard let element, let text = element.trimmedText else { return nil }
    guard let uuid = UUIDText.canonical(text) else {
      throw DomainXMLError(
        .invalidValue, line: element.line, element: "uuid", "\"\(text.prefix(60))\" is not a UUID")
    }
    return uuid
  }
}

extension DomainDocument {
  /// True if the guest has the channel of the QEMU guest agent and the agent has connected.
  ///
  /// Only a running guest's document says so. Corresponds to https://libvirt.org/formatdomain.html#channel
  package var hasConnectedGuestAgent: Bool {
    (devices?.children(named: "channel") ?? []).contains { channel in
      guard let target = channel.child(named: "target") else { return false }
      return target.attribute("type") == "virtio" && target.attribute("name") == "org.qemu.guest_agent.0"
        && target.attribute("state") == "connected"
    }
  }
}

/// An event after which libvirt acts by itself.
package enum LifecycleEvent: Hashable, Sendable, CaseIterable {
  /// The guest turned itself off.
  case powerOff
  /// The guest rebooted.
  case reboot
  /// The guest crashed.
  case crash

  /// The element that names the action.
  var elementName: String {
    switch self {
    case .powerOff: "on_poweroff"
    case .reboot: "on_reboot"
    case .crash: "on_crash"
    }
  }
}
