/// The properties of a new guest, from which a ``DomainDocument`` is written.
package struct NewDomain: Hashable, Sendable {
  /// The guest's name.
  package var name: String
  /// The guest's UUID; nil lets libvirt make one.
  package var uuid: String?
  /// What runs it.
  package var type: DomainType
  /// Such as `x86_64`.
  package var architecture: String
  /// Such as `q35` or `pc`; nil takes the emulator's first choice.
  package var machine: String?
  /// The emulator's path on the host; nil lets libvirt choose.
  package var emulator: String?
  /// Memory in bytes, above zero.
  package var memoryBytes: Int64
  /// Virtual processors, at least 1.
  package var vcpus: Int
  /// How the processor is chosen; nil leaves it to the emulator.
  package var cpuMode: CPUMode?
  /// What the firmware tries, first to last.
  package var bootOrder: [BootDevice] = [.disk]
  /// Disks and drives in the order in which the guest finds them.
  package var disks: [NewDisk] = []
  /// A raw image for a CD-ROM drive of its own; nil for no such drive.
  package var cdromPath: String?
  /// Interfaces in the order in which the guest finds them.
  package var interfaces: [NewInterface] = []
  /// The VNC server's port; nil for none.
  package var vncPort: Int?
  /// Whether a VNC server without a port listens on a socket that libvirt makes.
  package var hasVNCSocket = false
  /// Where the VNC server listens.
  package var vncListen = "127.0.0.1"
  /// Whether there is a serial port with a console on it.
  package var hasSerial = true
  /// The video model; nil takes what every guest of this machine type can show a console on.
  package var video: String?
  /// What the clock starts from.
  package var clockOffset = "utc"
  /// Words about the guest; nil for none.
  package var details: String?
  /// Roost's mark; nil for none.
  package var mark: DomainMark?

  /// A guest with the required properties only.
  package init(
    name: String, uuid: String? = nil, type: DomainType, architecture: String, machine: String? = nil,
    emulator: String? = nil, memoryBytes: Int64, vcpus: Int, cpuMode: CPUMode? = nil
  ) {
    self.name = name
    self.uuid = uuid
    self.type = type
    self.architecture = architecture
    self.machine = machine
    self.emulator = emulator
    self.memoryBytes = memoryBytes
    self.vcpus = vcpus
    self.cpuMode = cpuMode
  }
}

extension NewDomain {
  /// Writes the document. Throws ``DomainXMLError`` for a value that libvirt would refuse.
  package func document() throws(DomainXMLError) -> DomainDocument {
    var document = try DomainDocument(XMLDocument(root: "domain"))
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
    } else if hasVNCSocket {
      try document.setVNCSocket()
    }
    let hasVNC = vncPort != nil || hasVNCSocket
    let family = family
    try document.edit { root throws(DomainXMLError) in
      let devices = try root.ensure("devices")
      if hasVNC {
        // A tablet keeps the pointer of a VNC viewer and that of the guest in the same place.
        if family.hasUSB { try devices.add("input", ["type": "tablet", "bus": "usb"]) }
        try devices.add("video").add("model", ["type": video ?? family.video])
      }
      try devices.add("memballoon", ["model": "virtio"])
      try devices.add("rng", ["model": "virtio"]).add("backend", ["model": "random"], text: "/dev/urandom")
    }
  }
}

/// The properties that a machine type implies.
struct MachineFamily: Hashable, Sendable {
  /// The bus on which CD-ROM drives go.
  let cdromBus: DiskBus
  /// The video model every guest can show a console on.
  let video: String
  /// Whether it has ACPI tables and an APIC as a PC has.
  let isPC: Bool
  /// Whether a USB tablet can be plugged in without further controllers.
  let hasUSB: Bool

  /// Chooses by the machine type's name, as QEMU spells it.
  init(machine: String?, architecture: String?) {
    let machine = machine ?? ""
    let isX86 = ["x86_64", "i686", "i386"].contains(architecture ?? "x86_64")
    isPC = isX86
    hasUSB = isX86 && machine != "isapc" && machine != "microvm"
    if machine == "q35" || machine.contains("-q35") {
      cdromBus = .sata
      video = "virtio"
    } else if isX86 {
      cdromBus = .ide
      video = "vga"
    } else {
      cdromBus = .scsi
      video = "virtio"
    }
  }
}
