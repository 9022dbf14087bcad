/// Whether a host can take work.
public enum HostState: String, Hashable, Sendable, CaseIterable {
  /// Its agent is connected and its libvirt answers.
  case ready
  /// As ready, but somebody closed it for new VMs.
  case cordoned
  /// As cordoned, and its VMs are being moved away.
  case draining
  /// Its agent is connected, and its libvirt answers some calls and holds others.
  case degraded
  /// Its agent is connected, its libvirt does not answer.
  case libvirtDown = "libvirt-down"
  /// Its agent is not connected; its guests may well run.
  case unreachable
  /// Somebody confirmed that it is off.
  case fenced
  /// An administrator cut its agent off; its guests may well run.
  case revoked
}
