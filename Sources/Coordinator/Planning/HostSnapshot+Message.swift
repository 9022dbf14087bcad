import Fleet
import RoostAPI
import RoostProto
import Scheduling
import SwiftProtobuf

extension HostSnapshot {
  /// The host as the wire carries it.
  var message: Roost_V1_PlanningHost {
    var result = Roost_V1_PlanningHost()
    result.id = id.description
    result.name = name
    result.state = state.rawValue
    result.stateDetail = stateDetail
    result.current = isCurrent
    result.dataAgeSeconds = dataAgeSeconds ?? -1
    if let capacity { result.capacity = capacity.message }
    result.reservedVcpus = UInt32(clamping: reserved.vcpus)
    result.reservedMemoryBytes = UInt64(clamping: reserved.memory.bytes)
    result.reservedDiskBytes = UInt64(clamping: reserved.disk.bytes)
    if let freePoolSpace { result.freeBytes = UInt64(clamping: freePoolSpace.bytes) }
    result.emulators = emulators.map(\.message)
    result.kvmUsable = kvmUsable
    result.networks = networks.map(\.message)
    result.bridges = bridges.sorted()
    result.labels = labels
    result.images = images.map(\.description).sorted()
    result.vmCount = UInt32(clamping: vmCount)
    result.vms = vms.map(\.message)
    traits.write(to: &result)
    return result
  }
}

extension Roost_V1_PlanningHost {
  /// The host in parts, of which each but a single VM's has at most so many bytes of VMs.
  func parts(ofBytes limit: Int) -> [Roost_V1_PlanningHost] {
    var parts = [self]
    parts[0].vms = []
    var bytes = 0
    for vm in vms {
      // BOUNDED: sizes of what is in memory.
      let size = MessageSize.atMost(vm) + 8
      if bytes > 0, bytes + size > limit {
        parts.append(.with { ($0.id, $0.name, $0.continued) = (id, name, true) })
        bytes = 0
      }
      parts[parts.count - 1].vms.append(vm)
      // BOUNDED: sizes of what is in memory.
      bytes += size
    }
    return parts
  }
}

extension HostTraits {
  fileprivate func write(to message: inout Roost_V1_PlanningHost) {
    message.cpuModels = cpuModels.sorted()
    message.qemuVersion = qemuVersion
    message.cells = cells.map(\.message)
    message.hugePages = hugePages.map(\.message)
    message.pools = pools.mapValues(\.message)
    message.sharedPools = sharedPools.sorted()
    message.devices = devices.mapValues(\.message)
    message.vlans = vlans.map { UInt32(clamping: $0) }.sorted()
    message.offers = offers.sorted()
    if let load { message.load = load }
    message.loadAgeSeconds = loadAgeSeconds
  }
}

extension HostTraits.Countable {
  fileprivate var message: Roost_V1_PlanningCount {
    var result = Roost_V1_PlanningCount()
    result.total = UInt64(clamping: total)
    result.reserved = UInt64(clamping: reserved)
    return result
  }
}

extension PlacedVM {
  /// The VM where it stands as the wire carries it.
  fileprivate var message: Roost_V1_PlanningVM {
    var result = Roost_V1_PlanningVM()
    result.spec = request.spec.message
    if !request.constraints.isEmpty { result.constraints = request.constraints.message }
    result.running = isRunning
    result.managed = isManaged
    result.dirtyBytesPerSecond = UInt64(clamping: dirtyBytesPerSecond)
    return result
  }
}
