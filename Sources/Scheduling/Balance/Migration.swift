internal import Fleet

/// Which VMs can be moved where, and how long it takes.
struct Migration {
  private let bandwidth: Double
  /// Whether anything is known that could be in the way of a live migration.
  private let asks: Bool

  init(_ packing: PackingState, _ limits: MoveLimits) {
    bandwidth = max(1, Double(limits.bandwidth.bytes))
    asks = packing.kinds.samples.contains {
      !$0.traits.cpuModels.isEmpty || !$0.traits.qemuVersion.isEmpty || !$0.traits.sharedPools.isEmpty
    }
  }

  /// Why a VM can't be moved at all; nil if it can.
  func obstacle(_ vm: PackingState.PackedVM, on host: String) -> String? {
    if vm.isTied { return "it is tied to \(host)" }
    guard vm.isRunning, Double(vm.dirtyBytesPerSecond) >= 0.8 * bandwidth else { return nil }
    return "its guest writes memory as fast as it can be sent"
  }

  /// True if a running VM's guest can go on on another host.
  func isPossible(_ vm: Int, to host: Int, on packing: PackingState) -> Bool {
    guard asks, packing.vms[vm].isRunning, packing.home[vm] >= 0 else { return true }
    let (from, to) = (packing.hosts[packing.home[vm]], packing.hosts[host])
    return MigrationFilter.refusal(packing.placed[vm].request, from: from, to: to) == nil
  }

  /// How long a move takes: what memory is there, and what is written meanwhile.
  func seconds(_ vm: PackingState.PackedVM) -> Double {
    guard vm.isRunning else { return 0 }
    return Double(vm.size.memory) / max(1, bandwidth - Double(vm.dirtyBytesPerSecond))
  }
}

/// One VM to be moved from one host to another.
package struct Move: Hashable, Sendable {
  /// The VM's name.
  package var vm: String
  /// The host it is on by then.
  package var from: String
  /// The host it goes to.
  package var to: String
  /// Why, with numbers.
  package var why: String
  /// By how much the score falls; below zero for a step that only makes room for another.
  package var gain: Double
  /// Moves of one wave may go on at the same time, each wave when the one before is done; from 1 up.
  package var wave: Int
  /// How long it takes by memory, dirty rate and bandwidth.
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
