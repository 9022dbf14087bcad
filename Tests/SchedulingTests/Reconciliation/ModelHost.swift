import Fleet
import FleetTestKit
import Scheduling

/// A host that carries actions out by id, as an agent does: a repeat is answered from memory.
struct ModelHost {
  /// What the host has of the VM.
  var domain: ObservedDomain?
  /// True while the network runs.
  var networkIsActive = false
  /// How often each kind of work was really done, by its name.
  private(set) var done: [String: Int] = [:]
  private var answers: [ActionID: ActionResult] = [:]
  private let vm: ManagedVM

  init(vm: ManagedVM, domain: ObservedDomain?) {
    self.vm = vm
    self.domain = domain
  }

  /// Carries an action out, or answers it again.
  mutating func carryOut(_ action: AgentAction) -> ActionResult {
    if let answer = answers[action.id] { return answer }
    let answer = ActionResult(id: action.id, failure: work(action.work), domain: domain)
    answers[action.id] = answer
    return answer
  }

  /// Loses its memory of actions, as after a reinstallation.
  mutating func forget() { answers = [:] }

  private mutating func work(_ work: AgentAction.Work) -> FleetError? {
    switch work {
    case .provision(let provision):
      done["provision", default: 0] += 1
      var made = vm
      (made.revision, made.allocations) = (provision.revision, provision.allocations)
      domain = .sample(of: made, state: .stopped)
    case .power(_, let verb, _, _):
      guard let state = domain?.state else { return FleetError(.notFound, "no domain") }
      guard PowerTransitions.verdict(verb, in: VMObservation.state(of: state)) == .act else {
        return FleetError(.precondition, "cannot \(verb.rawValue) a domain that is \(state.rawValue)")
      }
      done[verb.rawValue, default: 0] += 1
      domain = .sample(of: vm, state: DomainState(rawValue: verb.target.rawValue) ?? .unknown)
    case .recover:
      done["recover", default: 0] += 1
      domain = .sample(of: vm, state: domain?.state ?? .stopped)
    case .mark(let mark):
      done["mark", default: 0] += 1
      domain?.mark = mark
    case .unmark:
      done["unmark", default: 0] += 1
      domain?.mark = nil
    case .destroy:
      done["destroy", default: 0] += 1
      domain = nil
    case .nic(_, .address(let old, let next, let mark)):
      done["new-mac", default: 0] += 1
      var nics = domain?.saved?.nics ?? []
      for index in nics.indices where nics[index].mac == old { nics[index].mac = next }
      domain?.saved?.nics = nics
      domain?.mark = mark
    case .nic(_, .linkDown): done["link-down", default: 0] += 1
    case .network(_, let active):
      done["network", default: 0] += 1
      networkIsActive = active
    }
    return nil
  }
}
