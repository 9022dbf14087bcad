public import Fleet
public import RoostProto

extension FleetUsage: MessageDecodable {
  public init(_ message: Roost_V1_ListUsageResponse, at path: FieldPath) throws(FleetError) {
    self.init(hosts: try path.list(message.hosts, "hosts"), vms: try path.list(message.vms, "vms"))
  }

  /// The figures as the wire carries them; the moment that ages are counted from is not theirs.
  public var message: Roost_V1_ListUsageResponse {
    var result = Roost_V1_ListUsageResponse()
    result.hosts = hosts.map(\.message)
    result.vms = vms.map(\.message)
    return result
  }
}
