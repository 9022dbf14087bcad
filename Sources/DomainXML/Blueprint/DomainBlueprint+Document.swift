extension DomainBlueprint {
  /// Writes the document. Throws ``DomainXMLError`` for a value that libvirt would refuse.
  public func document() throws(DomainXMLError) -> DomainDocument {
    var document = try DomainDocument(MarkupDocument(root: "domain"))
    try writeIdentity(to: &document)
    try writeHardware(to: &document)
    try writeDevices(to: &document)
    try document.setMark(mark)
    return document
  }

  private var family: MachineFamily { MachineFamily(machine: machine, architecture: architecture) }

  private func writeIdentity(to document: inout DomainDocument) throws(DomainXMLError) {
    try document.setType(type)
    try document.setName(name)
    try document.setUUID(uuid)
    try document.setDetails(details)
    try document.setMemory(bytes: memoryBytes)
    try document.setCurrentMemory(bytes: memoryBytes)
    try document.setVCPUs(vcpus)
  }

  private func writeHardware(to document: inout DomainDocument) throws(DomainXMLError) {
    try document.setArchitecture(architecture)
    if let machine { try document.setMachine(machine) }
    try document.setBootOrder(bootOrder)
    try document.setCPUMode(cpuMode)
    try document.setClockOffset(clockOffset)
    try document.setAction("destroy", on: .powerOff)
    try document.setAction("restart", on: .reboot)
    try document.setAction("destroy", on: .crash)
    if family.isPC {
      try document.edit { root throws(DomainXMLError) in
        let features = try root.ensure("features")
        try features.add("acpi")
        try features.add("apic")
      }
    }
  }

  private func writeDevices(to document: inout DomainDocument) throws(DomainXMLError) {
    try document.setEmulator(emulator)
    for disk in disks { try document.addDisk(disk) }
    if let cdromPath { try document.addDisk(.cdrom(path: cdromPath, bus: family.cdromBus)) }
    for interface in interfaces { try document.addInterface(interface) }
    if hasSerial { try document.addSerial() }
    if let vncPort {
      try document.setVNCPort(vncPort)
      try document.setVNCListen(vncListen)
    }
    let family = family
    try document.edit { root throws(DomainXMLError) in
      let devices = try root.ensure("devices")
      if vncPort != nil {
        // A tablet keeps the pointer of a VNC viewer and that of the guest in the same place.
        if family.hasUSB { try devices.add("input", ["type": "tablet", "bus": "usb"]) }
        try devices.add("video").add("model", ["type": video ?? family.video])
      }
      try devices.add("memballoon", ["model": "virtio"])
      try devices.add("rng", ["model": "virtio"]).add("backend", ["model": "random"], text: "/dev/urandom")
    }
  }
}
