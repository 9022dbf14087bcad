package import Fleet
package import RoostProto

extension AgentAction: MessageDecodable {
  package init(_ message: Roost_V1_Action, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), epoch: try path.integer(message.epoch, "epoch"),
      work: try Work(message.work, at: path))
  }

  /// The action as the wire carries it.
  package var message: Roost_V1_Action {
    var result = Roost_V1_Action()
    result.id = id.description
    result.epoch = UInt64(clamping: epoch)
    result.work = work.message
    return result
  }
}

extension AgentAction.Work {
  /// Reads the work; `path` is the action's.
  init(_ work: Roost_V1_Action.OneOf_Work?, at path: FieldPath) throws(FleetError) {
    switch work {
    case .provision(let order):
      self = .provision(try ProvisionRequest(order, at: path.field("provision")))
    case .power(let power):
      let field = path.field("power")
      self = .power(
        try field.id(power.vmID, "vm_id"), try field.word(power.verb, "verb"), force: power.force,
        timeoutSeconds: Int(clamping: power.timeoutSeconds))
    case .destroy(let destroy):
      let field = path.field("destroy")
      self = .destroy(
        Destruction(
          vmID: try field.id(destroy.vmID, "vm_id"), tombstone: try field.id(destroy.tombstone, "tombstone"),
          keepDisks: destroy.keepDisks, force: destroy.force, isAbsenceProven: destroy.absenceProven))
    case .network(let network):
      self = .network(network.name, active: network.active)
    case .nic(let nic):
      let field = path.field("nic")
      self = .nic(try field.id(nic.vmID, "vm_id"), try NICChange(nic, at: field))
    case .mark(let order):
      self = .mark(try VMMark(order.mark, at: path.field("mark").field("mark")))
    case .unmark(let order):
      let field = path.field("unmark")
      self = .unmark(try field.id(order.vmID, "vm_id"), fleetID: try field.id(order.fleetID, "fleet_id"))
    case .recover(let order):
      self = .recover(try ProvisionRequest(order, at: path.field("recover")))
    case nil:
      throw .olderAgent
    }
  }

  /// The work as the wire carries it.
  var message: Roost_V1_Action.OneOf_Work {
    switch self {
    case .provision(let order): return .provision(order.message)
    case .recover(let order): return .recover(order.message)
    case .power(let vm, let verb, let force, let timeoutSeconds):
      var power = Roost_V1_SetPower()
      power.vmID = vm.description
      power.verb = verb.rawValue
      power.force = force
      power.timeoutSeconds = UInt32(clamping: timeoutSeconds)
      return .power(power)
    case .destroy(let order):
      var destroy = Roost_V1_Destroy()
      destroy.vmID = order.vmID.description
      destroy.tombstone = order.tombstone.description
      destroy.keepDisks = order.keepDisks
      destroy.force = order.force
      destroy.absenceProven = order.isAbsenceProven
      return .destroy(destroy)
    case .network(let name, let active):
      var network = Roost_V1_SetNetwork()
      network.name = name
      network.active = active
      return .network(network)
    case .nic(let vm, let change):
      var nic = change.message
      nic.vmID = vm.description
      return .nic(nic)
    case .mark(let mark):
      var order = Roost_V1_SetMark()
      order.mark = mark.message
      return .mark(order)
    case .unmark(let vm, let fleetID):
      var order = Roost_V1_RemoveMark()
      order.vmID = vm.description
      order.fleetID = fleetID.description
      return .unmark(order)
    }
  }
}

extension ActionResult: MessageDecodable {
  package init(_ message: Roost_V1_ActionResult, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.actionID, "action_id"),
      failure: message.hasFailure ? try FleetError(ofAgent: message.failure, at: path.field("failure")) : nil,
      domain: message.hasDomain ? try ObservedDomain(message.domain, at: path.field("domain")) : nil,
      notes: message.notes.prefix(Self.notesLimit).map { String($0.prefix(Self.noteLength)) },
      seenAt: try path.optionalMoment(message.seenAt, "seen_at"))
  }

  /// The most notes that are read, and the longest note in characters.
  private static let notesLimit = 16
  private static let noteLength = 512

  /// The result as the wire carries it.
  package var message: Roost_V1_ActionResult {
    var result = Roost_V1_ActionResult()
    result.actionID = id.description
    if let failure { result.failure = failure.failureMessage }
    if let domain { result.domain = domain.message }
    result.notes = notes
    result.seenAt = seenAt?.milliseconds ?? 0
    return result
  }
}

extension ProvisionRequest: MessageDecodable {
  package init(_ message: Roost_V1_Provision, at path: FieldPath) throws(FleetError) {
    guard message.hasSpec else { throw path.invalid("spec", "is missing") }
    self.init(
      fleetID: try path.id(message.fleetID, "fleet_id"), vmID: try path.id(message.vmID, "vm_id"),
      revision: try path.revision(message.revision, "revision"),
      spec: try VMSpec(message.spec, at: path.field("spec")),
      allocations: try Allocations(message.allocations, at: path.field("allocations")),
      images: try path.list(message.images, "images"))
  }

  /// The order as the wire carries it.
  package var message: Roost_V1_Provision {
    var result = Roost_V1_Provision()
    result.fleetID = fleetID.description
    result.vmID = vmID.description
    result.revision = UInt64(clamping: revision)
    result.spec = spec.message
    result.allocations = allocations.message
    result.images = images.map(\.message)
    return result
  }
}

extension NICChange: MessageDecodable {
  package init(_ message: Roost_V1_ChangeNIC, at path: FieldPath) throws(FleetError) {
    let mac = try path.mac(message.mac, "mac")
    guard let next = try path.optionalMAC(message.newMac, "new_mac") else {
      self = .linkDown(mac)
      return
    }
    self = .address(from: mac, to: next, mark: try VMMark(message.mark, at: path.field("mark")))
  }

  /// The change as the wire carries it, without its VM.
  package var message: Roost_V1_ChangeNIC {
    var result = Roost_V1_ChangeNIC()
    switch self {
    case .address(let mac, let next, let mark):
      result.mac = mac.description
      result.newMac = next.description
      result.mark = mark.message
    case .linkDown(let mac): result.mac = mac.description
    }
    return result
  }
}
