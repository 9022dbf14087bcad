package import Fleet

/// The fleet's identity and its settings.
package struct FleetRecord: Hashable, Sendable {
  /// Its identity.
  package var id: FleetID
  /// Its name.
  package var name: String
  /// When it was initialised.
  package var createdAt: Timestamp
  /// The present run of the database, new after each restore.
  package var incarnation: Incarnation
  /// Grows each time that a coordinator starts to serve.
  package var epoch: Int64
  /// `HOST:PORT` of the agent link.
  package var linkAddress: String
  /// `HOST:PORT` of enrolment.
  package var enrolmentAddress: String
  /// The prefix of the fleet's default MAC pool.
  package var macPrefix: String
  /// The lowest VNC port.
  package var vncFirst: Int
  /// The highest VNC port.
  package var vncLast: Int
  /// The length of a MAC address's quarantine, in seconds.
  package var quarantineSeconds: Int64
  /// The kind of VNC display of a new VM that chooses none.
  package var vncDefault: VNCMode

  /// Makes a record.
  package init(
    id: FleetID, name: String, createdAt: Timestamp, incarnation: Incarnation, epoch: Int64, linkAddress: String,
    enrolmentAddress: String, macPrefix: String, vncFirst: Int, vncLast: Int, quarantineSeconds: Int64,
    vncDefault: VNCMode = .port
  ) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
    self.incarnation = incarnation
    self.epoch = epoch
    self.linkAddress = linkAddress
    self.enrolmentAddress = enrolmentAddress
    self.macPrefix = macPrefix
    self.vncFirst = vncFirst
    self.vncLast = vncLast
    self.quarantineSeconds = quarantineSeconds
    self.vncDefault = vncDefault
  }
}

extension FleetRecord {
  /// The default range of VNC ports: below the ports of outgoing connections.
  package static let usualPorts = 5900...32767

  /// The range of VNC ports.
  package var vncPorts: ClosedRange<Int> { vncFirst...max(vncFirst, vncLast) }
}
