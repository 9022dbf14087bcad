import Fleet

/// What a domain becomes that is taken in as it is.
struct Adoptee: Sendable {
  var spec: VMSpec
  /// What it asks of hosts beyond its spec.
  var constraints = PlacementConstraints()
  /// The addresses of the spec's interfaces, in their order, and behind them those in arguments for
  /// QEMU.
  var macs: [MACAddress]
  /// The port of its display, if it has one now.
  var vncPort: Int?
  /// True if libvirt chooses the port anew at each start.
  var isAutoport: Bool
  /// What the person should know, one sentence each.
  var notes: [String]
}
