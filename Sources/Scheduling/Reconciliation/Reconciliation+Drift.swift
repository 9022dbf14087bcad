public import Fleet

extension Reconciliation {
  /// One sentence for each value of the domain that differs from what was asked for, because somebody else
  /// changed it. It is told, never undone.
  ///
  /// Both the running guest's configuration and the stored one are compared; a machine type is not, since
  /// libvirt writes the full name where an alias was asked for.
  /// - Parameter isChanging: true while an operation changes the VM's power, which then is nobody else's doing.
  public static func drift(vm: ManagedVM, observed: ObservedDomain, isChanging: Bool = false) -> [String] {
    Drift(vm: vm, observed: observed, isChanging: isChanging).sentences
  }

  /// One sentence if the VM should be defined on its host and a current report of that host does not have it.
  public static func missing(vm: ManagedVM, observed: ObservedDomain?) -> String? {
    guard observed == nil, vm.phase == nil else { return nil }
    return "is not defined on host \"\(vm.host)\" any more"
  }
}
