/// What an operation does.
public enum OperationKind: String, Hashable, Sendable, CaseIterable {
  /// Makes a VM from a spec.
  case create
  /// Makes a VM from a domain document.
  case `import`
  /// Boots a VM.
  case start
  /// Shuts a VM down.
  case stop
  /// Reboots a VM.
  case restart
  /// Holds a VM in memory.
  case pause
  /// Lets a held VM go on.
  case resume
  /// Destroys a VM.
  case delete
  /// Starts a network of a host.
  case networkStart = "network_start"
  /// Stops a network of a host.
  case networkStop = "network_stop"
  /// Gives a stopped VM another address in the place of one that somebody else has.
  case newMAC = "new_mac"
  /// Takes the link of a running VM's interface down.
  case linkDown = "link_down"
  /// Makes a managed VM of an unmanaged one, in place.
  case adopt
  /// Makes an unmanaged VM of a managed one, in place.
  case release
  /// Defines a VM again whose definition is gone.
  case recover
}
