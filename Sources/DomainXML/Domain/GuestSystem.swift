/// What the guest's virtual hardware is and how it boots: libvirt's `<os>`.
package struct GuestSystem: Hashable, Sendable {
  /// `hvm` for whole virtual machines; nil if absent.
  package let type: String?
  /// Such as `x86_64`; nil means the host's own.
  package let architecture: String?
  /// Such as `pc-q35-7.2` or the alias `q35`; nil means the emulator's first choice.
  package let machine: String?
  /// `efi` or `bios` where libvirt is to choose the firmware; nil otherwise.
  package let firmware: String?
  /// The firmware's file; nil if not named.
  package let loaderPath: String?
  /// The firmware's variables; nil if not named.
  package let nvramPath: String?
  /// A kernel that is booted without firmware; nil if none.
  package let kernelPath: String?
  /// That kernel's first file system; nil if none.
  package let initrdPath: String?
  /// What is tried first to last, from `<boot dev>` or, if there is none, from the devices' own order.
  package let bootOrder: [BootDevice]
}

extension DomainDocument {
  /// The guest's virtual hardware and boot order.
  package var system: GuestSystem {
    let os = root.child(named: "os")
    let type = os?.child(named: "type")
    let listed = os?.children(named: "boot").compactMap { $0.attribute("dev").map(BootDevice.init(rawValue:)) } ?? []
    return GuestSystem(
      type: type?.trimmedText,
      architecture: type?.attribute("arch"),
      machine: type?.attribute("machine"),
      firmware: os?.attribute("firmware"),
      loaderPath: os?.child(named: "loader")?.trimmedText,
      nvramPath: os?.child(named: "nvram").flatMap { $0.trimmedText ?? $0.child(named: "source")?.attribute("file") },
      kernelPath: os?.child(named: "kernel")?.trimmedText,
      initrdPath: os?.child(named: "initrd")?.trimmedText,
      bootOrder: listed.isEmpty ? deviceBootOrder : listed)
  }

  /// The kinds of the devices with `<boot order>`, lowest first, each kind once.
  private var deviceBootOrder: [BootDevice] {
    let ranked = (devices?.children ?? []).compactMap { element -> (rank: Int, device: BootDevice)? in
      guard let rank = element.child(named: "boot")?.number("order") else { return nil }
      switch (element.name, element.attribute("device")) {
      case ("disk", "cdrom"): return (rank, .cdrom)
      case ("disk", "floppy"): return (rank, .floppy)
      case ("disk", _): return (rank, .disk)
      case ("interface", _): return (rank, .network)
      default: return nil
      }
    }
    var seen: Set<BootDevice> = []
    return ranked.sorted { $0.rank < $1.rank }.map(\.device).filter { seen.insert($0).inserted }
  }

  /// The emulator's path on the host the document came from; nil means libvirt chooses.
  package var emulator: String? { devices?.child(named: "emulator")?.trimmedText }

  /// What the guest's clock starts from, such as `utc` or `localtime`; nil if absent.
  package var clockOffset: String? { root.child(named: "clock")?.attribute("offset") }

  /// What libvirt does on an event, such as `destroy` or `restart`; nil if absent.
  package func action(on event: LifecycleEvent) -> String? { root.child(named: event.elementName)?.trimmedText }
}

/// How a guest's processor is chosen.
package struct GuestCPU: Hashable, Sendable {
  /// The way of choosing; nil if the document only states a topology.
  package let mode: CPUMode?
  /// The named model; nil if none.
  package let model: String?
  /// Sockets, cores and threads; nil if left to libvirt.
  package let topology: CPUTopology?

  init(_ element: XMLElement) {
    mode = element.attribute("mode").map(CPUMode.init(rawValue:))
    model = element.child(named: "model")?.trimmedText
    topology = element.child(named: "topology").flatMap(CPUTopology.init)
  }
}
