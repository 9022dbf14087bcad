internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import Scheduling

extension FleetFile {
  /// The coordinator's fleet, as its decisions see it.
  init(of client: FleetClient) async throws {
    let fleet = try await client.planning.getFleet(Roost_V1_GetPlanningFleetRequest(), options: client.brief)
    let hosts = try fleet.hosts.enumerated().map { number, host in
      try HostSnapshot(host, at: FieldPath("hosts").element(number))
    }
    self.init(hosts: hosts, policy: try PlacementPolicy(fleet.policy, at: FieldPath("policy")))
  }
}

extension HostSnapshot {
  /// A host as the coordinator's decisions see it.
  init(_ message: Roost_V1_PlanningHost, at path: FieldPath) throws(FleetError) {
    guard let state = HostState(rawValue: message.state) else { throw path.invalid("state", "is not known") }
    guard let id = HostID(message.id) else { throw path.invalid("id", "is not a UUID") }
    self.init(
      id: id, name: message.name, state: state, stateDetail: message.stateDetail, isCurrent: message.current,
      dataAgeSeconds: message.dataAgeSeconds < 0 ? nil : message.dataAgeSeconds,
      capacity: message.hasCapacity ? try HostCapacity(message.capacity, at: path.field("capacity")) : nil,
      reserved: Reservation(
        vcpus: Int(message.reservedVcpus), memory: ByteCount(bytes: Int64(clamping: message.reservedMemoryBytes)),
        disk: ByteCount(bytes: Int64(clamping: message.reservedDiskBytes))),
      freePoolSpace: message.hasFreeBytes ? ByteCount(bytes: Int64(clamping: message.freeBytes)) : nil,
      emulators: try path.values(message.emulators, "emulators"), kvmUsable: message.kvmUsable,
      networks: try path.values(message.networks, "networks"), bridges: Set(message.bridges), labels: message.labels,
      images: Set(message.images.compactMap { ImageID($0) }), vmCount: Int(message.vmCount))
    traits = HostTraits(
      cpuModels: Set(message.cpuModels), qemuVersion: message.qemuVersion,
      cells: try path.values(message.cells, "cells"), hugePages: try path.values(message.hugePages, "huge_pages"),
      pools: message.pools.mapValues(HostTraits.Countable.init), sharedPools: Set(message.sharedPools),
      devices: message.devices.mapValues(HostTraits.Countable.init), vlans: Set(message.vlans.map { Int($0) }),
      offers: Set(message.offers),
      load: message.hasLoad ? message.load : nil, loadAgeSeconds: message.loadAgeSeconds)
    for (number, vm) in message.vms.enumerated() {
      vms.append(try PlacedVM(vm, on: name, at: path.field("vms").element(number)))
    }
  }
}

extension PlacedVM {
  fileprivate init(_ message: Roost_V1_PlanningVM, on host: String, at path: FieldPath) throws(FleetError) {
    let constraints = try PlacementConstraints(message.constraints, at: path.field("constraints"))
    let isTied = constraints.isPinned || !message.managed
    self.init(
      PlacementRequest(
        spec: try VMSpec(message.spec, at: path.field("spec")), host: isTied ? host : nil, constraints: constraints),
      isRunning: message.running, isManaged: message.managed,
      dirtyBytesPerSecond: Int64(clamping: message.dirtyBytesPerSecond))
  }
}

extension HostTraits.Countable {
  fileprivate init(_ message: Roost_V1_PlanningCount) {
    self.init(total: Int64(clamping: message.total), reserved: Int64(clamping: message.reserved))
  }
}

extension FieldPath {
  fileprivate func values<Value: MessageDecodable>(
    _ messages: [Value.Message], _ name: String
  ) throws(FleetError) -> [Value] {
    var values: [Value] = []
    for (number, message) in messages.enumerated() {
      values.append(try Value(message, at: field(name).element(number)))
    }
    return values
  }
}
