internal import Fleet

/// Carries out one action on the host.
struct ActionExecutor: Sendable {
  /// Receives a step's name and its progress, 0…1 or nil.
  typealias Progress = @Sendable (String, Double?) -> Void

  let provisioner: Provisioner
  let power: PowerControl
  let destroyer: Destroyer
  let marker: DomainMarker
  let hypervisor: any Hypervisor

  /// - Returns: notes for the administrator, one sentence each.
  func perform(_ work: AgentAction.Work, progress: @escaping Progress) async throws -> [String] {
    switch work {
    case .provision(let provision): try await provisioner.perform(provision, progress: progress)
    case .power(let id, let verb, let force, let timeout):
      try await power.perform(verb, on: id, force: force, timeoutSeconds: timeout, progress: progress)
    case .destroy(let order): return try await destroyer.perform(order, progress: progress)
    case .mark(let mark):
      progress("mark the domain", nil)
      try await marker.mark(mark)
    case .recover(let provision): try await provisioner.recover(provision, progress: progress)
    case .unmark(let id, let fleet):
      progress("take the mark out", nil)
      try await marker.unmark(id, fleet: fleet)
    case .nic(let id, let change):
      progress("change an interface", nil)
      try await NICChanger(fleetID: marker.fleetID, hypervisor: hypervisor).perform(change, on: id)
    case .network(let name, let active):
      progress(active ? "start network \(name)" : "stop network \(name)", nil)
      try await NetworkSwitch(hypervisor: hypervisor).perform(name, active: active)
    }
    return []
  }
}
