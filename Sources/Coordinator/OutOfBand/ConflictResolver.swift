import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// Resolves addresses with several owners.
struct ConflictResolver: Sendable {
  let admission: Admission
  var store: FleetStore { admission.store }
  var inventory: Inventory { admission.inventory }

  /// Reports the owners of an address and the possible solutions, or carries out one of them.
  /// - Throws: ``FleetError``: `invalid`, `notFound` without a conflict, `precondition` for a VM that does not allow
  ///   it, `unreachable`, `conflict` while the VM has another unfinished operation.
  func resolve(_ request: Roost_V1_ResolveMACRequest) async throws -> Roost_V1_ResolveMACResponse {
    guard let mac = MACAddress(request.mac) else {
      throw FleetError(.invalid, "\"\(request.mac.printable)\" is not a MAC address", hint: "roost mac conflicts")
    }
    switch request.choice {
    case "": return try await answer(try await conflict(mac))
    case "accept", "new_mac", "link_down": break
    default: throw FleetError(.invalid, "there is no choice \"\(request.choice.printable)\"")
    }
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await store.earlier(write, as: .message) as Roost_V1_ResolveMACResponse? { return earlier }
    let found = try await conflict(mac)
    if request.choice == "accept" { return try await admission.lock.pass { try await accept(found, write) } }
    let outcome = try await admission.inTurn(write, as: .message) {
      let view = await inventory.view
      let vm = try managed(request.vm, mac, in: view)
      return request.choice == "new_mac" ? try giveNewMAC(vm, found, view) : try takeLinkDown(vm, found, view)
    }
    if let operation = outcome.value { await admission.driver.begin(operation) }
    return outcome.answer
  }

  /// The conflict about an address, accepted or not.
  private func conflict(_ mac: MACAddress) async throws -> AddressConflict {
    let ledger = try await store.read { try LedgerSlice.of([mac], $0) }
    guard let found = await inventory.view.allConflicts(ledger, of: [mac]).first else {
      throw FleetError(
        .notFound, "no two VMs have the MAC \(mac)", hint: "see who has it: roost mac show \(mac)")
    }
    return found
  }

  /// The owners, and every solution with its command.
  func answer(_ conflict: AddressConflict) async throws -> Roost_V1_ResolveMACResponse {
    let view = await inventory.view
    let choices = ConflictRemedies(conflict: conflict, view: view).all
    let isAccepted = view.accepted[conflict.entry.mac]?.holds(for: conflict.entry.claimants) == true
    return Self.message(conflict, isAccepted: isAccepted) { $0.choices = choices }
  }

  static func message(
    _ conflict: AddressConflict, isAccepted: Bool, _ more: (inout Roost_V1_ResolveMACResponse) -> Void
  ) -> Roost_V1_ResolveMACResponse {
    .with {
      $0.entry = conflict.entry.message
      $0.kind = conflict.kind.rawValue
      $0.sentence = conflict.sentence
      $0.accepted = isAccepted
      more(&$0)
    }
  }

  private func accept(_ conflict: AddressConflict, _ write: IdempotencyKey) async throws -> Roost_V1_ResolveMACResponse
  {
    let now = admission.clock.now()
    let mac = conflict.entry.mac
    let accepted = AcceptedConflict(mac: mac, owners: Set(conflict.entry.claimants))
    return try await store.carryOut(write, answering: .message, at: now) { transaction in
      try transaction.acceptConflict(accepted, at: now)
      try transaction.appendEvent(
        at: now, kind: .macAccepted, subject: mac.description, message: "it is accepted that \(conflict.sentence)")
      return Self.message(conflict, isAccepted: true) { _ in }
    }
  }

  /// The managed VM with a name, which must be one of the address's owners.
  private func managed(_ name: String, _ mac: MACAddress, in view: FleetView) throws -> ManagedVM {
    let summary = try view.requiredVM(name)
    guard let vm = view.vms[summary.id], summary.managed else {
      let domain = summary.name.shellQuoted
      throw FleetError(
        .precondition,
        "VM \"\(summary.name.printable)\" on \(summary.host) is not managed by Roost, which never touches it",
        hint: "on \(summary.host): virsh domif-setlink \(domain) \(mac) down; "
          + "or, when it is off, give it another address: virsh edit \(domain)")
    }
    let seen = view.hosts[vm.hostID]?.domains[vm.id]
    guard vm.allocations.macs.contains(mac) || seen?.macs.contains(mac) == true else {
      throw FleetError(
        .precondition, "VM \"\(vm.spec.name)\" does not have the MAC \(mac)", hint: "roost mac show \(mac)")
    }
    return vm
  }
}
