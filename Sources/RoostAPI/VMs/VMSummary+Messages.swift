package import Fleet
package import RoostProto

extension VMSummary: MessageDecodable {
  package init(_ message: Roost_V1_VM, at path: FieldPath) throws(FleetError) {
    guard let state = VMState(name: message.state, reason: message.reason) else {
      throw path.invalid("state", "is not a state of a VM: \"\(message.state.printable)\"")
    }
    let seenAt = try path.optionalMoment(message.seenAt, "seen_at")
    let certainty: Freshness
    switch message.certainty {
    case "current": certainty = .current
    case "unknown": certainty = .unknown(since: seenAt)
    default: throw path.invalid("certainty", "is \"\(message.certainty.printable)\"; it is one of current, unknown")
    }
    self.init(
      name: message.name, id: try path.id(message.id, "id"), host: message.host, state: state, certainty: certainty,
      seenAt: seenAt, managed: message.managed, vcpus: Int(clamping: message.vcpus),
      memory: try path.memory(message.memoryBytes, "memory_bytes"), architecture: message.arch,
      nics: try path.list(message.nics, "nics"),
      vnc: message.hasVnc ? try Display(message.vnc, at: path.field("vnc")) : nil, labels: message.labels,
      conflicts: message.conflicts, duplicates: try path.list(message.duplicates, "duplicates"), notes: message.notes,
      isSaved: message.saved, hostName: message.hostName, doubt: message.doubt)
  }

  /// The VM as the wire carries it; a certainty of `unknown` is as old as `seenAt`.
  package var message: Roost_V1_VM {
    var result = Roost_V1_VM()
    result.name = name
    result.id = id.description
    result.host = host
    result.state = state.name
    result.reason = state.reason ?? ""
    result.certainty = certainty.name
    result.seenAt = seenAt?.milliseconds ?? 0
    result.managed = managed
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.arch = architecture
    result.nics = nics.map(\.message)
    if let vnc { result.vnc = vnc.message }
    result.labels = labels
    result.conflicts = conflicts
    result.duplicates = duplicates.map(\.message)
    result.notes = notes
    result.saved = isSaved
    result.hostName = hostName
    result.doubt = doubt
    return result
  }
}

extension VMSummary.NIC: MessageDecodable {
  package init(_ message: Roost_V1_VMNIC, at path: FieldPath) throws(FleetError) {
    self.init(
      mac: try path.mac(message.mac, "mac"), network: message.network, bridge: message.bridge, ips: message.ips,
      addresses: try path.list(message.addresses, "addresses"))
  }

  /// The interface as the wire carries it.
  package var message: Roost_V1_VMNIC {
    var result = Roost_V1_VMNIC()
    result.mac = mac.description
    result.network = network
    result.bridge = bridge
    result.ips = ips
    result.addresses = addresses.map(\.message)
    return result
  }
}

extension VMSummary.Display: MessageDecodable {
  package init(_ message: Roost_V1_VMDisplay, at path: FieldPath) throws(FleetError) {
    let port = try path.port(message.port, "port")
    self.init(host: message.host, address: message.address, port: port == 0 ? nil : port)
  }

  /// The display as the wire carries it.
  package var message: Roost_V1_VMDisplay {
    var result = Roost_V1_VMDisplay()
    result.host = host
    result.address = address
    result.port = UInt32(clamping: port ?? 0)
    return result
  }
}

extension DuplicateVM: MessageDecodable {
  package init(_ message: Roost_V1_DuplicateVM, at path: FieldPath) throws(FleetError) {
    self.init(
      kind: try path.word(message.kind, "kind"),
      other: AddressOwner(vm: message.vm, vmID: try path.optionalID(message.vmID, "vm_id"), host: message.host),
      sentence: message.sentence, isDoubleRun: message.doubleRun)
  }

  /// The duplicate as the wire carries it.
  package var message: Roost_V1_DuplicateVM {
    var result = Roost_V1_DuplicateVM()
    result.kind = kind.rawValue
    result.vm = other.vm
    result.vmID = other.vmID?.description ?? ""
    result.host = other.host
    result.sentence = sentence
    result.doubleRun = isDoubleRun
    return result
  }
}
