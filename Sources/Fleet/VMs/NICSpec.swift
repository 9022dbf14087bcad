/// One network interface of a VM.
package struct NICSpec: Hashable, Sendable {
  /// The network or bridge it is connected to.
  package var source: NICSource
  /// `virtio`, `e1000`, `rtl8139` …; nil for the default.
  package var model: String?
  /// The chosen address, or nil for one from the pool.
  package var mac: MACAddress?

  /// Makes an interface.
  package init(source: NICSource, model: String? = nil, mac: MACAddress? = nil) {
    self.source = source
    self.model = model
    self.mac = mac
  }
}

/// The network or bridge of an interface.
package enum NICSource: Hashable, Sendable {
  /// A libvirt network, by name.
  case network(String)
  /// A Linux bridge of the host, by name.
  case bridge(String)
  /// A source in the VM's domain document that Roost does not model; the word is libvirt's type, such as `direct`.
  case carried(String)

  /// The name of the network or bridge; empty for others.
  package var name: String {
    switch self {
    case .network(let name), .bridge(let name): name
    case .carried: ""
    }
  }
}

extension NICSource: CustomStringConvertible {
  /// Such as `network "default"`.
  package var description: String {
    switch self {
    case .network(let name): "network \"\(name)\""
    case .bridge(let name): "bridge \"\(name)\""
    case .carried(let kind): "\(kind.printable), as its document has it"
    }
  }
}
