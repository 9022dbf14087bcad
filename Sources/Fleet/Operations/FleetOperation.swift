/// One accepted change; it is stored and survives every restart.
package struct FleetOperation: Hashable, Sendable {
  /// Its identity.
  package var id: OperationID
  /// The kind of change.
  package var kind: OperationKind
  /// The VM, if it concerns one.
  package var vmID: VMID?
  /// The VM's or network's name.
  package var subject: String
  /// The host that carries it out.
  package var hostID: HostID?
  /// That host's name.
  package var host: String
  /// Its state.
  package var state: OperationState
  /// Its steps in order.
  package var steps: [OperationStep]
  /// Why it failed.
  package var failure: FleetError?
  /// True if the guest is not asked first.
  package var force: Bool
  /// How long a polite stop may take.
  package var timeoutSeconds: Int
  /// When it was accepted.
  package var createdAt: Timestamp
  /// When it ended.
  package var endedAt: Timestamp?
  /// The user who requested it, in the form of an event's actor.
  package var actor: String

  package init(
    id: OperationID, kind: OperationKind, vmID: VMID? = nil, subject: String, hostID: HostID?, host: String,
    state: OperationState = .pending, steps: [OperationStep], failure: FleetError? = nil, force: Bool = false,
    timeoutSeconds: Int = 0, createdAt: Timestamp, endedAt: Timestamp? = nil, actor: String = ""
  ) {
    self.id = id
    self.kind = kind
    self.vmID = vmID
    self.subject = subject
    self.hostID = hostID
    self.host = host
    self.state = state
    self.steps = steps
    self.failure = failure
    self.force = force
    self.timeoutSeconds = timeoutSeconds
    self.createdAt = createdAt
    self.endedAt = endedAt
    self.actor = actor
  }

  /// True if it waits for a guest that was asked politely; a forced stop or restart may then supersede it.
  package var isPoliteWait: Bool { !force && (kind == .stop || kind == .restart) && !state.isEnded }

  /// The operation, ended on request.
  /// - Parameter who: such as `the local administrator`.
  package func cancelled(by who: String, hint: String, at now: Timestamp) -> FleetOperation {
    ended(
      with: FleetError(
        .cancelled, "the \(kind.rawValue) of \"\(subject)\" is cancelled by \(who)", hint: hint, operation: id),
      detail: "cancelled by \(who)", at: now)
  }

  /// The operation, ended without being done.
  /// - Parameter detail: the detail of its unfinished steps from now on.
  package func ended(with failure: FleetError, detail: String, at now: Timestamp) -> FleetOperation {
    var ended = self
    for index in ended.steps.indices where !ended.steps[index].state.isEnded {
      ended.steps[index].state = .failed
      ended.steps[index].detail = detail
    }
    ended.state = .failed
    ended.failure = failure
    ended.endedAt = now
    return ended
  }

  /// The operation, ended because another one supersedes it.
  package func superseded(by later: FleetOperation, at now: Timestamp) -> FleetOperation {
    let what = "\(later.kind.rawValue)\(later.force ? " by force" : "")"
    let failure = FleetError(
      .superseded, "the \(kind.rawValue) of \"\(subject)\" is superseded by a \(what)",
      hint: "see what came of that: roost op show \(later.id)", operation: id)
    return ended(with: failure, detail: "superseded by the operation \(later.id)", at: now)
  }
}

/// The kind of an operation.
package enum OperationKind: String, Hashable, Sendable, CaseIterable {
  /// Makes a VM from a spec.
  case create
  /// Makes a VM from a domain document.
  case `import`
  /// Boots a VM.
  case start
  /// Shuts a VM down.
  case stop
  /// Reboots a VM.
  case restart
  /// Pauses a VM in memory.
  case pause
  /// Resumes a paused VM.
  case resume
  /// Destroys a VM.
  case delete
  /// Starts a network of a host.
  case networkStart = "network_start"
  /// Stops a network of a host.
  case networkStop = "network_stop"
  /// Gives a stopped VM another MAC address in place of one that another owner has.
  case newMAC = "new_mac"
  /// Takes the link of a running VM's interface down.
  case linkDown = "link_down"
  /// Makes a managed VM of an unmanaged one, in place.
  case adopt
  /// Makes an unmanaged VM of a managed one, in place.
  case release
  /// Defines a VM again whose definition is gone.
  case recover
  /// Gives a stopped VM another kind of VNC display.
  case setVNC = "set_vnc"
}

/// The state of an operation or a step.
package enum OperationState: String, Hashable, Sendable, CaseIterable, Word {
  /// Accepted, not begun.
  case pending
  /// In progress.
  case running
  /// Succeeded.
  case done
  /// Failed.
  case failed

  /// True if it can't change any more.
  package var isEnded: Bool { self == .done || self == .failed }
}

/// One step of an operation.
package struct OperationStep: Hashable, Sendable {
  /// The kind of step, such as `provision`.
  package var name: String
  /// Its state.
  package var state: OperationState
  /// One sentence, or empty.
  package var detail: String
  /// 0…1, or nil if unknown.
  package var fraction: Double?
  /// How many ports its host had reported busy by then; internal to the coordinator, not sent to clients.
  package var busyPorts: Int

  package init(
    name: String, state: OperationState = .pending, detail: String = "", fraction: Double? = nil, busyPorts: Int = 0
  ) {
    self.name = name
    self.state = state
    self.detail = detail
    self.fraction = fraction
    self.busyPorts = busyPorts
  }
}

extension OperationStep: Codable {
  private enum CodingKeys: String, CodingKey { case name, state, detail, fraction, busyPorts }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try fields.decode(String.self, forKey: .name),
      state: try fields.decode(OperationState.self, forKey: .state),
      detail: try fields.decode(String.self, forKey: .detail),
      fraction: try fields.decodeIfPresent(Double.self, forKey: .fraction),
      busyPorts: try fields.decodeIfPresent(Int.self, forKey: .busyPorts) ?? 0)
  }

  /// Writes the step; what is nil or zero is left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(name, forKey: .name)
    try fields.encode(state, forKey: .state)
    try fields.encode(detail, forKey: .detail)
    try fields.encodeIfPresent(fraction, forKey: .fraction)
    if busyPorts != 0 { try fields.encode(busyPorts, forKey: .busyPorts) }
  }
}
