internal import Fleet
internal import Logging

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

/// The UUID that libvirt gave this machine in its present boot.
///
/// libvirt takes it from the hardware, and makes one up at each of its starts if the hardware has none that is any
/// good: then it changes within one boot, tells nothing, and is left out of what the coordinator is told.
struct MachineRecord: Codable, Hashable {
  /// The boot in which it was seen last.
  var boot: String
  /// The UUID that was seen.
  var uuid: String
  /// True once it has changed within a boot.
  var isMadeUp = false

  private static let file = "machine.json"

  /// The UUID to tell the coordinator: empty if it is made up, or not known.
  static func uuid(_ found: String, boot: String, in directory: StateDirectory, _ logger: Logger) -> String {
    guard !found.isEmpty, !boot.isEmpty else { return found }
    let earlier = try? directory.read(file, as: MachineRecord.self)
    var record = MachineRecord(boot: boot, uuid: found, isMadeUp: earlier?.isMadeUp ?? false)
    if let earlier, earlier.boot == boot, earlier.uuid != found { record.isMadeUp = true }
    if record != earlier {
      do { try directory.write(record, to: file) } catch {
        logger.error("the machine's UUID is not noted: \(FleetError(agent: error))")
      }
    }
    return record.isMadeUp ? "" : found
  }
}
