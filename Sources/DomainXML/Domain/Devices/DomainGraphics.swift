/// One `<graphics>` of a guest.
package struct DomainGraphics: Hashable, Sendable {
  /// Its place among the document's graphics, from 0.
  package let index: Int
  /// What server it is.
  package let kind: GraphicsKind
  /// The TCP port, 1 to 65535; nil if none is chosen, as with `port='-1'`.
  package let port: Int?
  /// The port for TLS; nil if none is chosen.
  package let tlsPort: Int?
  /// The port for web sockets; nil if none is chosen.
  package let webSocket: Int?
  /// Whether there is a port for web sockets, chosen by the document or by libvirt.
  package let hasWebSocket: Bool
  /// Whether libvirt chooses the port at each start.
  package let isAutoport: Bool
  /// Where it listens, first one first; empty means the host's own setting.
  package let listeners: [GraphicsListener]
  /// Whether the document holds a password; it is not read.
  package let hasPassword: Bool
  /// The keyboard layout; nil if none.
  package let keymap: String?

  init(_ element: XMLElement, index: Int) {
    let port = { (name: String) in element.number(name).flatMap { (1...65_535).contains($0) ? $0 : nil } }
    self.index = index
    kind = GraphicsKind(rawValue: element.attribute("type") ?? "")
    self.port = port("port")
    tlsPort = port("tlsPort")
    webSocket = port("websocket")
    hasWebSocket = element.attribute("websocket") != nil
    isAutoport = element.attribute("autoport").map { $0 == "yes" } ?? (element.number("port") == -1)
    let children = element.children(named: "listen").map(GraphicsListener.init)
    if !children.isEmpty {
      listeners = children
    } else if let socket = element.attribute("socket") {
      listeners = [.socket(path: socket)]
    } else {
      listeners = element.attribute("listen").map { [.address($0)] } ?? []
    }
    hasPassword = element.attribute("passwd") != nil
    keymap = element.attribute("keymap")
  }

  /// Whether it listens at no address, only on unix sockets or for connections that libvirt hands to it.
  package var isSocket: Bool {
    !listeners.isEmpty
      && listeners.allSatisfy { listener in
        switch listener {
        case .socket, .none: true
        case .address, .network: false
        }
      }
  }

  /// The first address of the host it listens at; nil if none is stated.
  package var listenAddress: String? {
    for case .address(let address?) in listeners { return address }
    return nil
  }
}

extension DomainDocument {
  /// The guest's graphics servers in document order.
  package var graphics: [DomainGraphics] {
    (devices?.children(named: "graphics") ?? []).enumerated().map { DomainGraphics($1, index: $0) }
  }

  /// The guest's VNC server; nil if it has none.
  package var vnc: DomainGraphics? { graphics.first { $0.kind == .vnc } }

  /// Every TCP port on the host that the graphics servers name, each once, ascending.
  package var graphicsPorts: [Int] {
    Set(graphics.flatMap { [$0.port, $0.tlsPort, $0.webSocket].compactMap(\.self) }).sorted()
  }
}

/// One place a graphics server listens at.
package enum GraphicsListener: Hashable, Sendable {
  /// An address of the host; nil means the host's own setting.
  case address(String?)
  /// The address of a network of libvirt's.
  case network(String)
  /// A unix socket; nil means libvirt makes one.
  case socket(path: String?)
  /// Nowhere.
  case none

  init(_ element: XMLElement) {
    switch element.attribute("type") {
    case "network": self = .network(element.attribute("network") ?? "")
    case "socket": self = .socket(path: element.attribute("socket"))
    case "none": self = .none
    default: self = .address(element.attribute("address"))
    }
  }
}
