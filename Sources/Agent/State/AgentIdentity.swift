/// Who this host is in its fleet, as the coordinator told it when the host joined.
struct AgentIdentity: Codable, Hashable, Sendable {
  /// The fleet.
  var fleetID: String
  /// The host.
  var hostID: String
  /// The host's name in the fleet.
  var hostName: String
  /// `HOST:PORT` of the coordinator's link.
  var linkAddress: String
  /// libvirt's URI, as given when the host joined.
  var libvirtURI: String
  /// How far the host's clock was ahead of the coordinator's when they last met, in seconds.
  var clockSkewSeconds: Int64?

  enum CodingKeys: String, CodingKey {
    case fleetID = "fleet_id"
    case hostID = "host_id"
    case hostName = "host_name"
    case linkAddress = "link_address"
    case libvirtURI = "libvirt_uri"
    case clockSkewSeconds = "clock_skew_seconds"
  }
}
