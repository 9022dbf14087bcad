package import Fleet
package import RoostProto
internal import SwiftProtobuf

extension ObservedDomain: MessageDecodable {
  package init(_ message: Roost_V1_Domain, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.uuid, "uuid"), name: message.name, state: try path.word(message.state, "state"),
      isPersistent: message.persistent, autostart: message.autostart, hasManagedSave: message.managedSave,
      live: message.hasLive ? try DomainConfiguration(message.live, at: path.field("live")) : nil,
      saved: message.hasSaved ? try DomainConfiguration(message.saved, at: path.field("saved")) : nil,
      kept: try path.list(message.kept, "kept"),
      mark: message.hasMark ? try VMMark(message.mark, at: path.field("mark")) : nil,
      leases: try path.list(message.addresses, "addresses"), seenAt: try path.moment(message.seenAt, "seen_at"),
      isMovedAway: message.movedAway,
      unread: try path.optionalMoment(message.unreadSince, "unread_since").map {
        ReadFailure(since: $0, reason: message.unreadReason)
      })
  }

  /// The domain as the wire carries it.
  package var message: Roost_V1_Domain {
    var result = Roost_V1_Domain()
    result.uuid = id.description
    result.name = name.held(to: FieldLimit.name)
    result.state = state.rawValue
    result.persistent = isPersistent
    result.autostart = autostart
    result.managedSave = hasManagedSave
    if let live { result.live = live.message }
    if let saved { result.saved = saved.message }
    result.kept = kept.prefix(FieldLimit.elements).map(\.message)
    if let mark { result.mark = mark.message }
    result.addresses = leases.prefix(FieldLimit.elements).map(\.message)
    result.seenAt = seenAt.milliseconds
    result.movedAway = isMovedAway
    if let unread {
      // Zero would say that it can be read.
      result.unreadSince = max(1, unread.since.milliseconds)
      result.unreadReason = unread.reason.held()
    }
    return result
  }
}

extension ObservedDomain {
  /// A hash of the domain as reported, equal on both ends of the wire; ignores when it was seen.
  ///
  /// FNV-1a over the serialised message, whose fields are in the order of their numbers.
  package var digest: UInt64 {
    var message = message
    message.seenAt = 0
    let bytes: [UInt8] = (try? message.serializedBytes()) ?? []
    // BOUNDED: a byte fits, and the product wraps.
    return bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension DomainConfiguration: MessageDecodable {
  package init(_ message: Roost_V1_DomainConfiguration, at path: FieldPath) throws(FleetError) {
    self.init(
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      architecture: message.arch, machine: message.machine, type: message.type,
      nics: try path.list(message.nics, "nics"), disks: try path.list(message.disks, "disks"),
      graphics: try path.list(message.graphics, "graphics"), hasSerialConsole: message.serialConsole,
      smbiosUUID: message.smbiosUuid,
      maximumMemory: try path.memory(message.maximumMemoryBytes, "maximum_memory_bytes"),
      maximumVCPUs: Int(clamping: message.maximumVcpus), nvram: message.nvram, hostDevices: message.hostDevices)
    for text in message.passedMacs {
      if let mac = try path.optionalMAC(text, "passed_macs") { passedMACs.append(mac) }
    }
  }

  /// The configuration as the wire carries it.
  package var message: Roost_V1_DomainConfiguration {
    var result = Roost_V1_DomainConfiguration()
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes).held
    result.arch = architecture.held(to: FieldLimit.name)
    result.machine = machine.held(to: FieldLimit.name)
    result.type = type.held()
    result.nics = nics.prefix(FieldLimit.devices).map(\.message)
    result.disks = disks.prefix(FieldLimit.devices).map(\.message)
    result.graphics = graphics.prefix(FieldLimit.devices).map(\.message)
    result.serialConsole = hasSerialConsole
    result.smbiosUuid = smbiosUUID.held(to: FieldLimit.id)
    result.maximumMemoryBytes = UInt64(clamping: maximumMemory.bytes).held
    result.maximumVcpus = UInt32(clamping: maximumVCPUs)
    result.passedMacs = passedMACs.prefix(FieldLimit.devices).map(\.description)
    result.nvram = nvram.held()
    result.hostDevices = hostDevices.prefix(FieldLimit.devices).map { $0.held() }
    return result
  }
}

extension ObservedDisk: MessageDecodable {
  package init(_ message: Roost_V1_DomainDisk, at path: FieldPath) throws(FleetError) {
    self.init(
      device: message.device, target: message.target, path: message.path, format: message.format,
      readOnly: message.readOnly, shareable: message.shareable, bus: message.bus, identity: message.identity,
      beneath: message.beneath)
  }

  /// The disk as the wire carries it.
  package var message: Roost_V1_DomainDisk {
    var result = Roost_V1_DomainDisk()
    result.device = device.held(to: FieldLimit.name)
    result.target = target.held(to: FieldLimit.name)
    result.path = path.held()
    result.format = format.held(to: FieldLimit.name)
    result.readOnly = readOnly
    result.shareable = shareable
    result.bus = bus.held(to: FieldLimit.name)
    result.identity = identity.held()
    result.beneath = beneath.prefix(FieldLimit.chain).map { $0.held() }
    return result
  }
}

extension ObservedNIC: MessageDecodable {
  package init(_ message: Roost_V1_DomainNIC, at path: FieldPath) throws(FleetError) {
    self.init(
      mac: try path.optionalMAC(message.mac, "mac"), network: message.network, bridge: message.bridge,
      model: message.model, device: message.device)
  }

  /// The interface as the wire carries it.
  package var message: Roost_V1_DomainNIC {
    var result = Roost_V1_DomainNIC()
    result.mac = mac?.description ?? ""
    result.network = network.held(to: FieldLimit.name)
    result.bridge = bridge.held(to: FieldLimit.name)
    result.model = model.held(to: FieldLimit.name)
    result.device = device.held(to: FieldLimit.name)
    return result
  }
}

extension ObservedGraphics: MessageDecodable {
  package init(_ message: Roost_V1_DomainGraphics, at path: FieldPath) throws(FleetError) {
    guard message.port <= 65535 else { throw path.invalid("port", "is not a TCP port: \(message.port)") }
    self.init(
      type: message.type, listen: message.listen, port: message.port > 0 ? Int(clamping: message.port) : nil,
      autoport: message.autoport, isSocket: message.socket)
  }

  /// The display as the wire carries it.
  package var message: Roost_V1_DomainGraphics {
    var result = Roost_V1_DomainGraphics()
    result.type = type.held(to: FieldLimit.name)
    result.listen = listen.held(to: FieldLimit.name)
    result.port = Int32(clamping: port ?? -1)
    result.autoport = autoport
    result.socket = isSocket
    return result
  }
}

extension AddressLease: MessageDecodable {
  package init(_ message: Roost_V1_AddressLease, at path: FieldPath) throws(FleetError) {
    self.init(mac: try path.mac(message.mac, "mac"), ip: message.ip, source: message.source)
  }

  /// The lease as the wire carries it.
  package var message: Roost_V1_AddressLease {
    var result = Roost_V1_AddressLease()
    result.mac = mac.description
    result.ip = ip
    result.source = source
    return result
  }
}

extension VMMark: MessageDecodable {
  package init(_ message: Roost_V1_Mark, at path: FieldPath) throws(FleetError) {
    self.init(
      fleetID: message.fleetID, vmID: try path.id(message.vmID, "vm_id"),
      revision: try path.revision(message.revision, "revision"),
      allocations: try Allocations(message.allocations, at: path.field("allocations")))
  }

  /// The mark as the wire carries it.
  package var message: Roost_V1_Mark {
    var result = Roost_V1_Mark()
    result.fleetID = fleetID.held(to: FieldLimit.name)
    result.vmID = vmID.description
    result.revision = UInt64(clamping: revision)
    result.allocations = allocations.message
    return result
  }
}
