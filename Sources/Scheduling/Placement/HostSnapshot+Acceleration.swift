internal import Fleet

extension HostSnapshot {
  /// True if a guest of this architecture runs under KVM here.
  func accelerates(_ spec: VMSpec) -> Bool {
    kvmUsable
      && emulators.contains { $0.architecture == spec.architecture && $0.accelerators.contains("kvm") }
  }
}
