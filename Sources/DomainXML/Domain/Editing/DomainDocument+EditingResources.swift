extension DomainDocument {
  /// Sets the most memory the guest can have, in bytes, rounded up to whole KiB.
  ///
  /// A current amount above it is lowered to it. Throws `outOfRange` for zero and below.
  package mutating func setMemory(bytes: Int64) throws(DomainXMLError) {
    let current = root.child(named: "currentMemory") == nil ? nil : try? currentMemoryBytes
    try setMemory("memory", bytes: bytes)
    if let current, current <= bytes { return }
    if root.child(named: "currentMemory") != nil { try setMemory("currentMemory", bytes: bytes) }
  }

  /// Sets the memory the guest has now, in bytes, rounded up to whole KiB.
  package mutating func setCurrentMemory(bytes: Int64) throws(DomainXMLError) {
    try setMemory("currentMemory", bytes: bytes)
  }

  private mutating func setMemory(_ name: String, bytes: Int64) throws(DomainXMLError) {
    guard bytes > 0 else {
      throw DomainXMLError(.outOfRange, element: name, "\(bytes) bytes for <\(name)> is out of range")
    }
    // BOUNDED: a thousandth of an Int64 and one.
    let kibibytes = bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1)
    try edit { root throws(DomainXMLError) in
      let element = try root.ensure(name)
      try element.setAttribute("unit", "KiB")
      try element.setText(String(kibibytes))
    }
  }

  /// Sets how many virtual processors the guest can have, and starts with.
  ///
  /// A topology that makes another number is removed, since libvirt would refuse it.
  package mutating func setVCPUs(_ count: Int, current: Int? = nil) throws(DomainXMLError) {
    guard (1...DomainDocument.vcpuLimit).contains(count), (1...count).contains(current ?? count) else {
      throw DomainXMLError(
        .outOfRange, element: "vcpu", "\(current ?? count) of \(count) virtual processors is out of range")
    }
    try edit { root throws(DomainXMLError) in
      let element = try root.ensure("vcpu")
      try element.setText(String(count))
      if let current, current != count {
        try element.setAttribute("current", String(current))
      } else {
        element.removeAttribute("current")
      }
      root.removeChildren(named: "vcpus")
      if let topology = root.descendant("cpu", "topology"), CPUTopology(topology)?.total != count {
        topology.remove()
      }
    }
  }

  /// Sets how the guest's processor is chosen, or leaves it to the emulator.
  package mutating func setCPUMode(_ mode: CPUMode?) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      root.removeChildren(named: "cpu")
      if let mode { try root.add("cpu", ["mode": mode.rawValue]) }
    }
  }

  /// Sets what the firmware tries, first to last; the devices' own order is removed, as libvirt allows but one.
  package mutating func setBootOrder(_ order: [BootDevice]) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      let os = try root.ensure("os")
      os.removeChildren(named: "boot")
      for device in order { try os.add("boot", ["dev": device.rawValue]) }
      for device in root.child(named: "devices")?.children ?? [] { device.removeChildren(named: "boot") }
    }
  }

  /// Sets what libvirt does on an event, such as `destroy` or `restart`.
  package mutating func setAction(_ action: String, on event: LifecycleEvent) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try root.set(event.elementName, text: action) }
  }

  /// Sets what the guest's clock starts from, such as `utc`.
  package mutating func setClockOffset(_ offset: String) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try root.ensure("clock").setAttribute("offset", offset) }
  }
}

extension DomainDocument {
  /// Leaves the CPU to the emulator, which can't show the host's without KVM.
  ///
  /// Removes mode, model and features. What the guest's memory and threads depend on stays: topology, NUMA cells with
  /// their memory access, and the cache and address width as far as the emulator supports them.
  package mutating func leaveProcessorToEmulator() throws(DomainXMLError) {
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

  /// Keeps the named model and its features, and turns off their check against the host's CPU.
  package mutating func leaveFeaturesUnchecked() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      if let cpu = root.child(named: "cpu") { try cpu.setAttribute("check", "none") }
    }
  }
}

extension DomainDocument {
  /// Removes the path of the file with the firmware's variables, so that libvirt makes one for the guest.
  ///
  /// If the document names no template, the file it named becomes the template, because libvirt knows templates only
  /// for the firmware in its own list.
  package mutating func leaveVariablesToLibvirt(takeAsTemplate: Bool) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for nvram in root.child(named: "os")?.children(named: "nvram") ?? [] {
        let path = nvram.trimmedText ?? nvram.child(named: "source")?.attribute("file")
        nvram.removeChildren(named: "source")
        try nvram.setText("")
        nvram.removeAttribute("type")
        if takeAsTemplate, nvram.attribute("template") == nil, let path {
          try nvram.setAttribute("template", path)
        }
        if nvram.attribute("template") == nil { nvram.remove() }
      }
    }
  }
}
