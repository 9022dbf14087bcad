public import Fleet
public import RoostProto

extension Versions: MessageDecodable {
  public init(_ message: Roost_V1_Versions, at path: FieldPath) throws(FleetError) {
    self.init(
      agent: message.agent, libvirt: message.libvirt, qemu: message.qemu, kernel: message.kernel)
  }

  /// The versions as the wire carries them.
  public var message: Roost_V1_Versions {
    var result = Roost_V1_Versions()
    result.agent = agent
    result.libvirt = libvirt
    result.qemu = qemu
    result.kernel = kernel
    return result
  }
}
