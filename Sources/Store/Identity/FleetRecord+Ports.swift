extension FleetRecord {
  /// What VNC displays are given unless a fleet is founded with other ports: below those of outgoing connections.
  public static let usualPorts = 5900...32767

  /// The ports that VNC displays are given.
  public var vncPorts: ClosedRange<Int> { vncFirst...max(vncFirst, vncLast) }
}
