extension DomainDocument {
  /// Leaves the processor to the emulator, which without KVM can't show that of the host.
  ///
  /// Mode, model and features go. What the guest's memory and threads depend on stays: topology, NUMA cells with
  /// their memory access, and what the emulator can make of cache and address width.
  public mutating func leaveProcessorToEmulator() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for cpu in root.children(named: "cpu") {
        for name in ["mode", "match", "check", "migratable"] { cpu.removeAttribute(name) }
        for name in ["model", "vendor", "feature"] { cpu.removeChildren(named: name) }
        // These pass on what the host has, which libvirt allows with the host's processor only.
        for name in ["cache", "maxphysaddr"] {
          for element in cpu.children(named: name) where element.attribute("mode") == "passthrough" { element.remove() }
        }
        if cpu.children.isEmpty { cpu.remove() }
      }
    }
  }

  /// Keeps the named model and its features, and asks for no check of them against the host's processor.
  public mutating func leaveFeaturesUnchecked() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      if let cpu = root.child(named: "cpu") { try cpu.setAttribute("check", "none") }
    }
  }
}
