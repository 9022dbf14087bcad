public import Fleet

/// The fleet's identity and what it was set up with.
public struct FleetRecord: Hashable, Sendable {
  /// Its identity.
  public var id: FleetID
  /// Its name.
  public var name: String
  /// When it was founded.
  public var createdAt: Timestamp
  /// The present life of the database, new after each restore.
  public var incarnation: Incarnation
  /// Grows each time a coordinator begins to serve.
  public var epoch: Int64
  /// `HOST:PORT` of the agent link.
  public var linkAddress: String
  /// `HOST:PORT` of enrolment.
  public var enrolmentAddress: String
  /// The prefix of MAC addresses that the fleet hands out.
  public var macPrefix: String
  /// The lowest VNC port.
  public var vncFirst: Int
  /// The highest VNC port.
  public var vncLast: Int
  /// How long a released MAC rests.
  public var quarantineSeconds: Int64

  /// Makes a record.
  public init(
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
  public static let usualPorts = 5900...32767

  /// The ports that VNC displays are given.
  public var vncPorts: ClosedRange<Int> { vncFirst...max(vncFirst, vncLast) }
}
