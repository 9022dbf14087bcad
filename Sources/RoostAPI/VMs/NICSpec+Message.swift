public import Fleet
public import RoostProto

extension NICSpec: MessageDecodable {
  public init(_ message: Roost_V1_NICSpec, at path: FieldPath) throws(FleetError) {
    let source: NICSource
    switch message.source {
    case .network(let name): source = .network(name)
    case .bridge(let name): source = .bridge(name)
    case .carried(let kind): source = .carried(kind)
    case nil: throw path.invalid("source", "is missing")
    }
    self.init(
      source: source, model: message.model.isEmpty ? nil : message.model,
      mac: try path.optionalMAC(message.mac, "mac"))
  }

  /// The interface as the wire carries it.
  public var message: Roost_V1_NICSpec {
    var result = Roost_V1_NICSpec()
    switch source {
    case .network(let name): result.network = name
    case .bridge(let name): result.bridge = name
    case .carried(let kind): result.carried = kind
    }
    result.model = model ?? ""
    result.mac = mac?.description ?? ""
    return result
  }
}
