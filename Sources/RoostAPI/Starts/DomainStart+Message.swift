public import Fleet
public import RoostProto

extension DomainStart: MessageDecodable {
  /// More interfaces, ports or disks than any domain has.
  private static let limit = 1024

  public init(_ message: Roost_V1_JudgeStartRequest, at path: FieldPath) throws(FleetError) {
    guard max(message.nics.count, message.ports.count, message.disks.count) <= Self.limit else {
      throw path.invalid("nics", "are too many")
    }
    var nics: [ObservedNIC] = []
    for (index, nic) in message.nics.enumerated() {
      let field = path.field("nics").element(index)
      nics.append(
        ObservedNIC(mac: try field.optionalMAC(nic.mac, "mac"), network: nic.network, bridge: nic.bridge))
    }
    var ports: [Int] = []
    for port in message.ports { ports.append(try path.port(port, "ports")) }
    self.init(
      id: try path.id(message.vmID, "vm_id"), name: message.name, nics: nics, ports: ports, disks: message.disks,
      isIncoming: message.incoming)
  }

  /// The start as the wire carries it.
  public var message: Roost_V1_JudgeStartRequest {
    var result = Roost_V1_JudgeStartRequest()
    result.vmID = id.description
    result.name = name
    result.nics = nics.map { nic in
      var message = Roost_V1_StartNIC()
      message.mac = nic.mac?.description ?? ""
      message.network = nic.network
      message.bridge = nic.bridge
      return message
    }
    result.ports = ports.map { UInt32(clamping: $0) }
    result.disks = disks
    result.incoming = isIncoming
    return result
  }
}
