/// What a machine type has by nature.
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
