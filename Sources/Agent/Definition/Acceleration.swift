internal import DomainXML
internal import Fleet

/// How a guest runs on this host: its emulator and libvirt's domain type.
struct Acceleration: Hashable, Sendable {
  /// The host's emulator for the guest's architecture.
  var emulator: Emulator
  /// `kvm` or `qemu`.
  var type: DomainType

  /// Chooses for a spec.
  /// - Throws: ``FleetError`` with code `unsupported` if the host has no emulator for the guest, or if KVM is required
  ///   and does not work here.
  init(for spec: VMSpec, emulators: [Emulator], kvmUsable: Bool) throws(FleetError) {
    guard let found = emulators.first(where: { $0.architecture == spec.architecture }) else {
      throw FleetError(.unsupported, "this host has no emulator for \(spec.architecture)")
    }
    let hasKVM = kvmUsable && found.accelerators.contains("kvm")
    emulator = found
    switch spec.acceleration {
    case .required:
      guard hasKVM else {
        throw FleetError(
          .unsupported, "KVM does not work on this host for \(spec.architecture), and the VM needs it",
          hint: "see why: roost-agent check on the host; or create it with --acceleration preferred")
      }
      type = .kvm
    case .preferred: type = hasKVM ? .kvm : .qemu
    case .none: type = .qemu
    }
  }

  /// The host's own name for a machine type that may come from another host; nil for the emulator's default.
  /// - Throws: ``FleetError`` with code `unsupported` if this host has no machine type of that family.
  func machine(for wanted: String?) throws(FleetError) -> String? {
    guard let wanted, !wanted.isEmpty else { return nil }
    if emulator.machines.contains(wanted) { return wanted }
    let family = wanted.contains("q35") ? "q35" : wanted == "pc" || wanted.contains("i440fx") ? "pc" : nil
    let candidates = family.map { family in
      [family] + emulator.machines.filter { $0.contains(family == "pc" ? "i440fx" : "q35") }
    }
    guard let found = candidates?.first(where: { emulator.machines.contains($0) }) else {
      throw FleetError(
        .unsupported, "the emulator \(emulator.path) does not know the machine type \"\(wanted.printable)\"",
        hint: "choose one that it knows: roost host show HOST")
    }
    return found
  }
}
