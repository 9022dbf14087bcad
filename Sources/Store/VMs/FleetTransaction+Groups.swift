internal import Fleet

extension FleetTransaction {
  /// Writes the groups a VM belongs to.
  func insertGroups(_ vm: ManagedVM) throws(FleetError) {
    for group in vm.constraints.groups.sorted() {
      try insert(
        into: "vm_groups", ["vm_id": vm.id.description, "name": group],
        about: "group \"\(group.printable)\" of VM \"\(vm.spec.name)\"")
    }
  }
}
