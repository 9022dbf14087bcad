internal import Fleet
internal import Logging

/// The host's identity in its fleet, as the coordinator assigned it at the join.
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
  /// How far the host's clock was ahead of the coordinator's at their last contact, in seconds.
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

/// The machine UUID that libvirt reports, with the boot in which it was seen.
///
/// libvirt reads it from the hardware, and generates a new one at each of its starts if the hardware has none. A UUID
/// that changes within one boot identifies nothing, and is left out of reports to the coordinator.
struct MachineRecord: Codable, Hashable {
  /// The boot in which it was last seen.
  var boot: String
  /// The UUID that was seen.
  var uuid: String
  /// True once it has changed within a boot.
  var isMadeUp = false

  private static let file = "machine.json"

  /// The UUID to report: empty if it is generated or unknown.
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
