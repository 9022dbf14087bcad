import Fleet
import FleetTestKit
import Store

@testable import Coordinator

extension LedgerHistory {
  /// Somebody makes a managed VM of a domain that was made with virsh, or of one that a restored database has lost.
  mutating func adopt() async throws {
    let managed = Set(await vms.map(\.id))
    let open = LedgerScenario.hostIDs.filter(scenario.connected.contains).flatMap { host in
      (scenario.model.told[host] ?? [:]).values.sorted { $0.id < $1.id }.map { (host: host, domain: $0) }
    }.filter { !managed.contains($0.domain.id) }
    guard let (host, domain) = open.isEmpty ? nil : random.element(of: open) else { return }
    let model = scenario.model
    let now = scenario.clock.now()
    let hasPort = domain.displayPorts.min().map { (model.ports[$0] ?? domain.id) == domain.id } ?? true
    let hasMACs = domain.macs.allSatisfy { mac in
      (model.macs[mac] ?? domain.id) == domain.id && !model.rests(mac, at: now) && !model.isReserved(mac)
    }
    do {
      let vm = try await scenario.adopt(domain, on: host)
      story.append("\(vm.id) is adopted on \(host) with \(vm.allocations)")
      guard hasMACs, hasPort else { throw Surprise(what: "\(vm.id) was adopted with what another has") }
      for mac in domain.macs { scenario.model.macs[mac] = vm.id }
      scenario.model.kept.subtract(domain.macs)
      if let port = vm.allocations.vncPort { scenario.model.ports[port] = vm.id }
      try await scenario.report(host)
    } catch let error as FleetError {
      story.append("\(domain.id) is not adopted: \(error.message)")
      // One that shares an address may be the original or not; the port that is kept for a VM that has moved since is
      // found to be another's.
      let isFree = hasMACs && domain.displayPorts.allSatisfy { model.ports[$0] == nil }
      guard error.code == .conflict, !isFree || !domain.macs.isDisjoint(with: model.doubles) else {
        throw Surprise(what: "an adoption was refused without reason: \(error)")
      }
    }
  }

  /// A VM is given back: its guest keeps its addresses, and they are seen instead of held.
  mutating func giveBack() async throws {
    let open = await vms.filter { scenario.connected.contains($0.hostID) && isAtHome($0) }
    guard let vm = open.isEmpty ? nil : random.element(of: open) else { return }
    story.append("\(vm.id) is given back")
    try await scenario.giveBack(vm)
    try await scenario.report(vm.hostID)
  }

  /// Somebody asks for an address that rests, in the last second of its quarantine and right after it.
  mutating func insist() async throws {
    let resting = resting()
    guard let mac = resting.isEmpty ? nil : random.element(of: resting), let until = scenario.model.resting[mac]
    else {
      return
    }
    scenario.clock.advance(seconds: max(0, Int64(until.seconds(since: scenario.clock.now())) - 1))
    try await create(mac)
    scenario.clock.advance(seconds: 1)
    try await create(mac)
  }
}
