import Fleet
import FleetTestKit
import Scheduling

extension HostSnapshot {
  /// A ready host with 8 CPUs, 16 GiB of memory, 200 GiB of disk and a KVM that works.
  static func sample(
    _ name: String = "h1", capacity: HostCapacity? = .sample, reserved: Reservation = Reservation(),
    networks: [HostNetwork] = [.sample], bridges: Set<String> = ["virbr0"]
  ) -> HostSnapshot {
    HostSnapshot(
      id: .sample(UInt64(name.utf8.reduce(0) { $0 * 31 + UInt64($1) } % 1_000_000)), name: name,
      capacity: capacity, reserved: reserved, emulators: [.sample], kvmUsable: true, networks: networks,
      bridges: bridges)
  }
}
