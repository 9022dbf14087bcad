import Fleet
import FleetTestKit
import Scheduling
import Testing

/// Every kind of operation from every state of the domain, with a crash at each step.
@Suite("Reconciliation through crashes")
struct ReconciliationWalkTests {
  /// What a crash loses.
  enum Crash: CaseIterable {
    /// The action never reaches the host.
    case request
    /// The host has acted, its answer is lost.
    case answer
    /// As `answer`, and the host forgets that it acted.
    case memory
  }

  private static let vm = ManagedVM.sample()
  private static let states: [DomainState?] = [nil] + DomainState.allCases

  @Test("an operation ends, and ends the same, wherever a crash falls", arguments: OperationKind.allCases)
  func converges(_ kind: OperationKind) throws {
    for state in Self.states {
      for start in [false, true] {
        let calm = try Self.walk(kind, start: start, from: state, crashAt: nil, .request)
        for crashAt in 0..<4 {
          for crash in Crash.allCases {
            let stormy = try Self.walk(kind, start: start, from: state, crashAt: crashAt, crash)
            let place = "\(kind) from \(state?.rawValue ?? "nothing"), \(crash) lost at \(crashAt)"
            #expect(stormy.verdict == calm.verdict, "\(place)")
            #expect(stormy.host.domain?.state == calm.host.domain?.state, "\(place)")
            #expect(stormy.host.networkIsActive == calm.host.networkIsActive, "\(place)")
            guard crash != .memory else { continue }
            #expect(stormy.host.done == calm.host.done, "\(place)")
          }
        }
      }
    }
  }

  /// All but those whose steps name addresses.
  private static let plain = OperationKind.allCases.filter { ![.newMAC, .linkDown].contains($0) }

  @Test("an operation that ends well has brought about what it is for", arguments: plain)
  func effect(_ kind: OperationKind) throws {
    let wanted: [OperationKind: (from: DomainState?, to: DomainState?)] = [
      .create: (nil, .running), .import: (nil, .running), .start: (.stopped, .running), .stop: (.running, .stopped),
      .restart: (.running, .running), .pause: (.running, .paused), .resume: (.paused, .running),
      .delete: (.running, nil), .networkStart: (nil, nil), .networkStop: (nil, nil),
      .adopt: (.running, .running), .release: (.running, .running), .recover: (nil, .stopped),
      .setVNC: (.stopped, .stopped),
    ]
    let (from, to) = try #require(wanted[kind])
    let walk = try Self.walk(kind, start: true, from: from, crashAt: nil, .request)
    #expect(walk.verdict == .finish)
    #expect(walk.host.domain?.state == to)
    #expect(walk.host.networkIsActive == (kind == .networkStart))
    // A VM that has its mark, or its definition, already needs nothing done.
    #expect(walk.host.done.values.allSatisfy { $0 == 1 } && walk.host.done.isEmpty == [.adopt, .setVNC].contains(kind))
    #expect(walk.host.domain == nil || (walk.host.domain?.mark == nil) == (kind == .release))
  }

  /// Drives an operation as the coordinator does, from durable state alone, until it ends.
  private static func walk(
    _ kind: OperationKind, start: Bool, from state: DomainState?, crashAt: Int?, _ crash: Crash
  ) throws -> (verdict: NextAction, host: ModelHost) {
    let steps = Reconciliation.steps(for: kind, start: start)
    var operation = FleetOperation.sample(kind, steps: steps.map(\.name), vm: vm)
    var host = ModelHost(vm: vm, domain: state.map { .sample(of: vm, state: $0) })
    var acts = 0
    for _ in 0..<20 {
      let verdict = Reconciliation.next(
        operation, vm: vm, images: [], tombstone: kind == .delete ? .sample(of: vm) : nil, fleetID: .sample(900),
        observed: host.domain, libvirtConnected: true, agentConnected: true)
      switch verdict {
      case .finish, .fail: return (verdict, host)
      case .skip(let step, let reason):
        operation.steps[step].state = .done
        operation.steps[step].detail = reason
      case .wait:
        // What QEMU was about to do, it does.
        host.domain?.state = .stopped
      case .act(let work, let step):
        operation.steps[step].state = .running
        let action = AgentAction(
          id: Reconciliation.actionID(operation: operation.id, step: step), epoch: 1, work: work)
        let isCrash = acts == crashAt
        acts += 1
        if isCrash, crash == .request { continue }
        let answer = host.carryOut(action)
        if isCrash {
          if crash == .memory { host.forget() }
          continue
        }
        operation.steps[step].state = answer.failure == nil ? .done : .failed
        operation.failure = answer.failure
      }
    }
    throw FleetError(.internal, "\(kind) from \(state?.rawValue ?? "nothing") never ends")
  }
}
