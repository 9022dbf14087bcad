package import Fleet

/// The fleet's identity and what it was set up with.
package struct FleetRecord: Hashable, Sendable {
  /// Its identity.
  package var id: FleetID
  /// Its name.
  package var name: String
  /// When it was founded.
  package var createdAt: Timestamp
  /// The present life of the database, new after each restore.
  package var incarnation: Incarnation
  /// Grows each time a coordinator begins to serve.
  package var epoch: Int64
  /// `HOST:PORT` of the agent link.
  package var linkAddress: String
  /// `HOST:PORT` of enrolment.
  package var enrolmentAddress: String
  /// The prefix of MAC addresses that the fleet hands out.
  package var macPrefix: String
  /// The lowest VNC port.
  package var vncFirst: Int
  /// The highest VNC port.
  package var vncLast: Int
  /// How long a released MAC rests.
  package var quarantineSeconds: Int64

  /// Makes a record.
  package init(
    id: FleetID, name: String, createdAt: Timestamp, incarnation: Incarnation, epoch: Int64, linkAddress: String,
    enrolmentAddress: String, macPrefix: String, vncFirst: Int, vncLast: Int, quarantineSeconds: Int64
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
  }
}

extension FleetRecord {
  /// What VNC displays are given unless a fleet is founded with other ports: below those of outgoing connections.
  package static let usualPorts = 5900...32767

  /// The ports that VNC displays are given.
  package var vncPorts: ClosedRange<Int> { vncFirst...max(vncFirst, vncLast) }
}
