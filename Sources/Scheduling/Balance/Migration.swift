internal import Fleet

/// Decides which VMs can move where, and estimates how long it takes.
struct Migration {
  private let bandwidth: Double
  /// True if any host reports something that could prevent a live migration.
  private let asks: Bool

  init(_ packing: PackingState, _ limits: MoveLimits) {
    bandwidth = max(1, Double(limits.bandwidth.bytes))
    asks = packing.kinds.samples.contains {
      !$0.traits.cpuModels.isEmpty || !$0.traits.qemuVersion.isEmpty || !$0.traits.sharedPools.isEmpty
    }
  }

  /// Why the VM can't move at all; nil if it can.
  func obstacle(_ vm: PackingState.PackedVM, on host: String) -> String? {
    if vm.isTied { return "it is tied to \(host)" }
    guard vm.isRunning, Double(vm.dirtyBytesPerSecond) >= 0.8 * bandwidth else { return nil }
    return "its guest writes memory as fast as it can be sent"
  }

  /// True if the guest of the VM, if it runs, can be migrated live to the host.
  func isPossible(_ vm: Int, to host: Int, on packing: PackingState) -> Bool {
    guard asks, packing.vms[vm].isRunning, packing.home[vm] >= 0 else { return true }
    let (from, to) = (packing.hosts[packing.home[vm]], packing.hosts[host])
    return MigrationFilter.refusal(packing.placed[vm].request, from: from, to: to) == nil
  }

  /// How many seconds a move takes: its memory, at the bandwidth that the guest's writes leave.
  func seconds(_ vm: PackingState.PackedVM) -> Double {
    guard vm.isRunning else { return 0 }
    return Double(vm.size.memory) / max(1, bandwidth - Double(vm.dirtyBytesPerSecond))
  }
}

/// One VM to be moved from one host to another.
package struct Move: Hashable, Sendable {
  /// The VM's name.
  package var vm: String
  /// The host it is on before the move.
  package var from: String
  /// The host it goes to.
  package var to: String
  /// The reason, with numbers.
  package var why: String
  /// How much the score falls; negative for a move that only makes room for another.
  package var gain: Double
  /// From 1 up. The moves of one wave may run at the same time; each wave starts after the one before.
  package var wave: Int
  /// The duration, estimated from memory, dirty rate and bandwidth.
  package var seconds: Double

  /// Makes a move.
  package init(
    vm: String, from: String, to: String, why: String, gain: Double = 0, wave: Int = 1, seconds: Double = 0
  ) {
    self.vm = vm
    self.from = from
    self.to = to
    self.why = why
    self.gain = gain
    self.wave = wave
    self.seconds = seconds
  }
}
