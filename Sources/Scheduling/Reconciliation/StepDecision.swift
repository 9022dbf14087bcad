internal import Fleet

/// Decides about one open step of an operation on a host that answers.
struct StepDecision {
  let operation: FleetOperation
  let index: Int
  let vm: ManagedVM?
  let images: [Image]
  let tombstone: Tombstone?
  let fleetID: FleetID
  let observed: ObservedDomain?
  let elsewhere: () -> Elsewhere

  /// False while the domain can't be read: an earlier observation then decides nothing, and the agent decides.
  private var isCertain: Bool { observed?.unread == nil }

  /// What to do about the step.
  var verdict: NextAction {
    let name = operation.steps[index].name
    if let verb = StepName.verb(name) { return power(verb) }
    return switch name {
    case StepName.provision: provision
    case StepName.destroy: destroy
    case StepName.network: network
    case StepName.mark: mark
    case StepName.unmark: unmark
    case StepName.recover: recover
    case _ where [StepName.newMAC, StepName.linkDown].contains { name.prefix { $0 != " " } == $0 }: nic(name)
    default: fail(.unsupported, "this coordinator knows no step \"\(name.printable)\"")
    }
  }

  private var provision: NextAction {
    guard let vm else { return gone }
    if operation.kind == .setVNC, observed == nil {
      return fail(
        .precondition, "VM \"\(vm.spec.name)\" is not defined on host \"\(operation.host)\" any more",
        hint: "define it again: roost recover \(vm.spec.name.shellQuoted)")
    }
    if let observed, isCertain {
      guard let mark = observed.mark, mark.vmID == vm.id, mark.fleetID == fleetID.description else {
        return fail(
          .conflict,
          "host \"\(operation.host)\" has a domain \"\(observed.name.printable)\" with the UUID \(vm.id) that this "
            + "fleet did not make", hint: "roost list")
      }
      if mark.revision >= vm.revision { return .skip(step: index, reason: "it is defined already") }
    }
    switch order(for: vm) {
    case .success(let order): return .act(.provision(order), step: index)
    case .failure(let failure): return .fail(failure)
    }
  }

  /// Leaves a definition that is already there as it is.
  private var recover: NextAction {
    guard let vm else { return gone }
    if let observed, observed.isPersistent { return .skip(step: index, reason: "it is defined already") }
    switch order(for: vm) {
    case .success(let order): return .act(.recover(order), step: index)
    case .failure(let failure): return .fail(failure)
    }
  }

  /// Everything an agent needs to define the VM, or the error that prevents it.
  private func order(for vm: ManagedVM) -> Result<ProvisionRequest, FleetError> {
    let wanted = Set(vm.spec.disks.compactMap { $0.image?.id })
    let missing = wanted.subtracting(images.map(\.id))
    guard missing.isEmpty else {
      let names = vm.spec.disks.compactMap(\.image).filter { $0.id.map(missing.contains) ?? false }.map(\.name)
      return .failure(
        FleetError(
          .notFound, "the library has no image \"\(names.sorted().joined(separator: "\", \"").printable)\"",
          operation: operation.id))
    }
    var allocations = vm.allocations
    // A VM that changes to a display without a port holds its port until its guest is seen without it.
    if !vm.spec.wantsPort { allocations.vncPort = nil }
    return .success(
      ProvisionRequest(
        fleetID: fleetID, vmID: vm.id, revision: vm.revision, spec: vm.spec, allocations: allocations,
        images: images.filter { wanted.contains($0.id) }))
  }

  private func power(_ verb: PowerVerb) -> NextAction {
    guard let vm else { return gone }
    let act = NextAction.act(
      .power(vm.id, verb, force: operation.force, timeoutSeconds: operation.timeoutSeconds), step: index)
    let elsewhere = elsewhere()
    let refusal = elsewhere.refuses(verb.rawValue, of: vm.spec.name, observed: observed, home: operation.host)
    if let refusal { return fail(refusal) }
    if verb == .start, let observed,
      let doubt = elsewhere.refusesStart(verb.rawValue, of: vm.spec.name, observed: observed)
    {
      return fail(doubt)
    }
    guard let observed, isCertain, observed.state != .unknown else { return act }
    if observed.state == .shuttingDown, verb != .stop { return .wait("VM \"\(vm.spec.name)\" is shutting down") }
    let state = VMObservation.state(of: observed.state)
    switch PowerTransitions.verdict(verb, force: operation.force, seen: observed.state)
      ?? PowerTransitions.verdict(verb, in: state)
    {
    case .act: return act
    case .alreadyThere: return .skip(step: index, reason: "it is \(state.name) already")
    case .illegal(let why, let hint):
      return fail(
        .precondition, "cannot \(verb.rawValue) VM \"\(vm.spec.name)\": \(why)",
        hint: hint.replacing(name: vm.spec.name))
    }
  }

  private var destroy: NextAction {
    guard let tombstone, let id = operation.vmID else {
      return fail(.precondition, "no tombstone permits to destroy VM \"\(operation.subject)\"")
    }
    guard tombstone.vmID == id, tombstone.hostID == operation.hostID else {
      return fail(.precondition, "the tombstone of VM \"\(operation.subject)\" is for another VM or host")
    }
    if let mark = observed?.mark, mark.fleetID != fleetID.description {
      return fail(.conflict, "VM \"\(operation.subject)\" on host \"\(operation.host)\" belongs to another fleet")
    }
    let mayHaveDisks = !tombstone.keepDisks && vm?.spec.disks.contains(where: \.isMadeByRoost) ?? true
    let elsewhere = elsewhere()
    let refusal = elsewhere.refusesDeletion(
      of: operation.subject, observed: observed, mayHaveDisks: mayHaveDisks,
      isBegun: operation.steps[index].state == .running)
    if let refusal { return fail(refusal) }
    if observed == nil, !mayHaveDisks { return .skip(step: index, reason: "it is gone already") }
    return .act(
      .destroy(
        Destruction(
          vmID: id, tombstone: tombstone.id, keepDisks: tombstone.keepDisks, force: operation.force,
          isAbsenceProven: (observed == nil || observed?.isMovedAway == true) && elsewhere.isAbsent)), step: index)
  }

  private var network: NextAction {
    .act(.network(operation.subject, active: operation.kind == .networkStart), step: index)
  }

  private var mark: NextAction {
    guard let vm else { return gone }
    let mark = VMMark(
      fleetID: fleetID.description, vmID: vm.id, revision: vm.revision, allocations: vm.allocations)
    if isCertain, observed?.mark == mark { return .skip(step: index, reason: "it is marked already") }
    let home = operation.host
    if observed?.isMovedAway == true,
      let refusal = elsewhere().refuses("adopt", of: vm.spec.name, observed: observed, home: home)
    {
      return fail(refusal)
    }
    return .act(.mark(mark), step: index)
  }

  /// Sent even if no mark is seen: the agent also forgets which files it made for the VM.
  private var unmark: NextAction {
    guard let vm else { return gone }
    if let refusal = elsewhere().refusesRelease(of: vm.spec.name, observed: observed) { return fail(refusal) }
    return .act(.unmark(vm.id, fleetID: fleetID), step: index)
  }

  /// The change of an interface that the step's name encodes.
  private func nic(_ name: String) -> NextAction {
    guard let vm else { return gone }
    let words = name.split(separator: " ").map(String.init)
    let macs = words.dropFirst().compactMap { MACAddress($0) }
    switch (words.first, macs.count) {
    case (StepName.newMAC, 2):
      let mark = VMMark(
        fleetID: fleetID.description, vmID: vm.id, revision: vm.revision, allocations: vm.allocations)
      if isCertain, let saved = observed?.saved, observed?.mark == mark,
        !saved.nics.contains(where: { $0.mac == macs[0] })
      {
        return .skip(step: index, reason: "it has the address already")
      }
      return .act(.nic(vm.id, .address(from: macs[0], to: macs[1], mark: mark)), step: index)
    case (StepName.linkDown, 1): return .act(.nic(vm.id, .linkDown(macs[0])), step: index)
    default: return fail(.internal, "the step \"\(name.printable)\" names no interface")
    }
  }

  private var gone: NextAction { fail(.notFound, "VM \"\(operation.subject)\" is gone") }

  private func fail(_ refusal: FleetError) -> NextAction {
    var refusal = refusal
    refusal.operation = operation.id
    return .fail(refusal)
  }

  private func fail(_ code: FleetError.Code, _ message: String, hint: String = "") -> NextAction {
    .fail(FleetError(code, message, hint: hint, operation: operation.id))
  }
}

extension String {
  /// A hint with `NAME` replaced.
  fileprivate func replacing(name: String) -> String {
    split(separator: " ", omittingEmptySubsequences: false).map { $0 == "NAME" ? name[...] : $0 }
      .joined(separator: " ")
  }
}
