/// One `<interface>` of a guest.
package struct DomainInterface: Hashable, Sendable {
  /// Its place among the document's interfaces, from 0; edits name interfaces by it.
  package let index: Int
  /// What it is plugged into.
  package let kind: InterfaceKind
  /// The network of libvirt's; nil for other kinds.
  package let network: String?
  /// The bridge of the host; in live documents also that of a network. Nil if unknown.
  package let bridge: String?
  /// The device of the host for `direct`; nil otherwise.
  package let device: String?
  /// The macvtap mode for `direct`; nil otherwise.
  package let mode: String?
  /// The network's port group; nil if none.
  package let portGroup: String?
  /// VLAN tags, in order; empty if untagged.
  package let vlanTags: [Int]
  /// The address; nil if libvirt is to make one, or if it can't be read.
  package let mac: HardwareAddress?
  /// The device's model, such as `virtio`; nil means the emulator's first choice.
  package let model: String?
  /// The tap device on the host; nil if not running.
  package let target: String?
  /// Whether the cable is plugged in.
  package let isLinkUp: Bool

  init(_ element: XMLElement, index: Int) {
    let source = element.child(named: "source")
    self.index = index
    kind = InterfaceKind(rawValue: element.attribute("type") ?? "")
    network = kind == .network ? source?.attribute("network") : nil
    bridge = source?.attribute("bridge")
    device = source?.attribute("dev")
    mode = source?.attribute("mode")
    portGroup = source?.attribute("portgroup")
    vlanTags = element.child(named: "vlan")?.children(named: "tag").compactMap { $0.number("id") } ?? []
    mac = element.children(named: "mac").lazy.compactMap { $0.attribute("address") }.first.flatMap(HardwareAddress.init)
    model = element.child(named: "model")?.attribute("type")
    target = element.child(named: "target")?.attribute("dev")
    isLinkUp = element.child(named: "link")?.attribute("state") != "down"
  }
}

extension DomainDocument {
  /// The guest's interfaces in document order.
  package var interfaces: [DomainInterface] {
    (devices?.children(named: "interface") ?? []).enumerated().map { DomainInterface($1, index: $0) }
  }
}
