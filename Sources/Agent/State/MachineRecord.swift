internal import Fleet
internal import Logging

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
