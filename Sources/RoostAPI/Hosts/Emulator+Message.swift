public import Fleet
public import RoostProto

extension Emulator: MessageDecodable {
  public init(_ message: Roost_V1_Emulator, at path: FieldPath) throws(FleetError) {
    self.init(
      architecture: message.arch, path: message.path, machines: message.machines,
      accelerators: message.accelerators)
  }

  /// The emulator as the wire carries it.
  public var message: Roost_V1_Emulator {
    var result = Roost_V1_Emulator()
    result.arch = architecture
    result.path = path
    result.machines = machines
    result.accelerators = accelerators
    return result
  }
}
