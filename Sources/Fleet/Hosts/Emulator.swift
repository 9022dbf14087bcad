/// An emulator of a host.
public struct Emulator: Hashable, Sendable {
  /// The guest architecture it runs.
  public var architecture: String
  /// Its path on the host.
  public var path: String
  /// Machine types it knows, names and aliases.
  public var machines: [String]
  /// `kvm` and `tcg`, as libvirt offers them.
  public var accelerators: [String]

  /// Makes the value.
  public init(architecture: String, path: String, machines: [String], accelerators: [String]) {
    self.architecture = architecture
    self.path = path
    self.machines = machines
    self.accelerators = accelerators
  }
}
