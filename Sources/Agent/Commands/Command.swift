/// A program to run to its end, and the bounds it must keep.
public struct Command: Hashable, Sendable {
  /// A name to look up in `PATH`, or an absolute path.
  public var program: String
  /// Its arguments.
  public var arguments: [String]
  /// How long it may run.
  public var timeout: Duration
  /// The address space it may have in bytes, or nil for any.
  public var addressSpaceBytes: Int64?
  /// The processor time it may take in seconds, or nil for any.
  public var processorSeconds: Int?

  /// Makes a command.
  public init(
    _ program: String, _ arguments: [String] = [], timeout: Duration = .seconds(10),
    addressSpaceBytes: Int64? = nil, processorSeconds: Int? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.timeout = timeout
    self.addressSpaceBytes = addressSpaceBytes
    self.processorSeconds = processorSeconds
  }
}

extension Command: CustomStringConvertible {
  /// As one would type it.
  public var description: String { ([program] + arguments).joined(separator: " ") }
}
