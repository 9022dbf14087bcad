public import Fleet
public import RoostProto

extension CPUFacts: MessageDecodable {
  public init(_ message: Roost_V1_CPU, at path: FieldPath) throws(FleetError) {
    self.init(
      architecture: message.architecture, model: message.model, vendor: message.vendor,
      sockets: Int(clamping: message.sockets), cores: Int(clamping: message.cores),
      threads: Int(clamping: message.threads),
      logical: Int(clamping: message.logical), megahertz: Int(clamping: message.mhz))
  }

  /// The processors as the wire carries them.
  public var message: Roost_V1_CPU {
    var result = Roost_V1_CPU()
    result.architecture = architecture
    result.model = model
    result.vendor = vendor
    result.sockets = UInt32(clamping: sockets)
    result.cores = UInt32(clamping: cores)
    result.threads = UInt32(clamping: threads)
    result.logical = UInt32(clamping: logical)
    result.mhz = UInt32(clamping: megahertz)
    return result
  }
}
