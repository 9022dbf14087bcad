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

extension NICSpec: Codable {
  private enum CodingKeys: String, CodingKey { case kind, name, model, mac }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let (kind, name) = (try fields.decode(String.self, forKey: .kind), try fields.decode(String.self, forKey: .name))
    let source: NICSource =
      switch kind {
      case "network": .network(name)
      case "bridge": .bridge(name)
      case "carried": .carried(name)
      default: throw decoder.refusal("the NIC source \"\(kind.printable)\" is not known")
      }
    self.init(
      source: source, model: try fields.decodeIfPresent(String.self, forKey: .model),
      mac: try fields.decodeIfPresent(MACAddress.self, forKey: .mac))
  }

  /// Writes the interface; what is nil is left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    let (kind, name) =
      switch source {
      case .network(let name): ("network", name)
      case .bridge(let name): ("bridge", name)
      case .carried(let kind): ("carried", kind)
      }
    try fields.encode(kind, forKey: .kind)
    try fields.encode(name, forKey: .name)
    try fields.encodeIfPresent(model, forKey: .model)
    try fields.encodeIfPresent(mac, forKey: .mac)
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
