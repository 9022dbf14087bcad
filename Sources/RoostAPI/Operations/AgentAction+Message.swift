public import Fleet
public import RoostProto

extension AgentAction: MessageDecodable {
  public init(_ message: Roost_V1_Action, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), epoch: try path.integer(message.epoch, "epoch"),
      work: try Work(message.work, at: path))
  }

  /// The action as the wire carries it.
  public var message: Roost_V1_Action {
    var result = Roost_V1_Action()
    result.id = id.description
    result.epoch = UInt64(clamping: epoch)
    result.work = work.message
    return result
  }
}

extension AgentAction.Work {
  /// Reads what there is to do; `path` is the action's.
  init(_ work: Roost_V1_Action.OneOf_Work?, at path: FieldPath) throws(FleetError) {
    switch work {
    case .provision(let order):
      self = .provision(try Provision(order, at: path.field("provision")))
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
      self = .mark(try FleetMark(order.mark, at: path.field("mark").field("mark")))
    case .unmark(let order):
      let field = path.field("unmark")
      self = .unmark(try field.id(order.vmID, "vm_id"), fleetID: try field.id(order.fleetID, "fleet_id"))
    case .recover(let order):
      self = .recover(try Provision(order, at: path.field("recover")))
    case nil:
      throw path.invalid("work", "is missing")
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
