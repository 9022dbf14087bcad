/// A host's processors.
public struct CPUFacts: Hashable, Sendable {
  /// libvirt's name of the architecture.
  public var architecture: String
  /// libvirt's CPU model.
  public var model: String
  /// The vendor.
  public var vendor: String
  /// Sockets.
  public var sockets: Int
  /// Cores per socket.
  public var cores: Int
  /// Threads per core.
  public var threads: Int
  /// Logical CPUs online.
  public var logical: Int
  /// Clock rate in MHz, 0 if not known.
  public var megahertz: Int

  /// Makes the value.
  public init(
    architecture: String = "", model: String = "", vendor: String = "", sockets: Int = 0, cores: Int = 0,
    threads: Int = 0, logical: Int = 0, megahertz: Int = 0
  ) {
    self.architecture = architecture
    self.model = model
    self.vendor = vendor
    self.sockets = sockets
    self.cores = cores
    self.threads = threads
    self.logical = logical
    self.megahertz = megahertz
  }
}
