/// One `<serial>` or `<console>` of a guest.
package struct CharacterDevice: Hashable, Sendable {
  /// What the device is to the guest.
  package enum Role: Hashable, Sendable {
    /// A serial port.
    case serial
    /// A console; the first one is usually an alias of the first serial port.
    case console
  }

  /// What the device is to the guest.
  package let role: Role
  /// What is at its other end, such as `pty`; empty if missing.
  package let kind: String
  /// The path on the host, such as `/dev/pts/3`; nil if not running.
  package let path: String?
  /// The device's own type, such as `isa-serial` or `virtio`; nil if left to libvirt.
  package let targetType: String?
  /// The port's number; nil if left to libvirt.
  package let port: Int?

  init(_ element: XMLElement, role: Role) {
    let target = element.child(named: "target")
    self.role = role
    kind = element.attribute("type") ?? ""
    path = element.child(named: "source")?.attribute("path") ?? element.attribute("tty")
    targetType = target?.attribute("type")
    port = target?.number("port")
  }
}

extension DomainDocument {
  /// The guest's serial ports in document order.
  package var serials: [CharacterDevice] {
    (devices?.children(named: "serial") ?? []).map { CharacterDevice($0, role: .serial) }
  }

  /// The guest's consoles in document order.
  package var consoles: [CharacterDevice] {
    (devices?.children(named: "console") ?? []).map { CharacterDevice($0, role: .console) }
  }

  /// Whether a person can open a console to the guest's serial port or virtio console.
  package var hasConsole: Bool { (serials + consoles).contains { $0.kind == "pty" || $0.kind == "unix" } }
}
