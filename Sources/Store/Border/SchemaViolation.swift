internal import Fleet

/// The reason with which a trigger of the schema refuses; `RAISE` carries the raw value.
enum SchemaViolation: String, CaseIterable {
  case oversoldVCPUs = "oversold.vcpus"
  case oversoldMemory = "oversold.memory"
  case oversoldDisk = "oversold.disk"
  case doubleVM = "vm.double"
  case tombstonedVM = "vm.tombstoned"
  case revisionBack = "revision.back"
  case revisionLimit = "revision.limit"
  case doubleMAC = "mac.double"
  case doublePort = "port.double"
  case doubleRange = "range.double"
  case doublePool = "pool.double"
  case usedToken = "token.used"
  case endedOperation = "operation.ended"
  case epochBack = "epoch.back"
  case epochEnd = "epoch.end"
  case cursorBack = "cursor.back"
  case fixedFleet = "fleet.fixed"
  case fixedLedger = "ledger.fixed"
  case fixedEvent = "event.fixed"
  case fixedRequest = "request.fixed"
  case fixedCertificate = "certificate.fixed"
  case endedSettling = "settling.ended"

  /// The resource of the host that a reservation exceeds, if the rule concerns one.
  var resource: String? {
    switch self {
    case .oversoldVCPUs: "vcpus"
    case .oversoldMemory: "memory"
    case .oversoldDisk: "disk"
    default: nil
    }
  }

  /// The rule's refusal as a ``FleetError``.
  func refusal(about subject: String) -> FleetError {
    switch self {
    case .oversoldVCPUs, .oversoldMemory, .oversoldDisk:
      FleetError(.noHostFits, "\(subject) does not fit its host: too little \(resource ?? "room") is left")
    case .doubleVM: FleetError(.conflict, "\(subject) is in the fleet already", hint: "roost list")
    case .tombstonedVM:
      FleetError(.conflict, "\(subject) is still being deleted", hint: "wait for its operation: roost op list")
    case .revisionBack: FleetError(.conflict, "\(subject) was changed meanwhile", retryable: true)
    case .revisionLimit: FleetError(.precondition, "\(subject) was changed too often")
    case .doubleMAC: FleetError(.conflict, "\(subject) is taken", hint: "roost mac list")
    case .doubleRange: FleetError(.conflict, "\(subject) is reserved or in use", hint: "roost mac list")
    case .doublePool:
      FleetError(.conflict, "\(subject) is there already or overlaps another", hint: "roost mac pool list")
    case .doublePort: FleetError(.conflict, "\(subject) is taken", hint: "roost port list")
    case .usedToken: FleetError(.denied, "\(subject) was used already", hint: "roost host token create")
    case .endedOperation: FleetError(.conflict, "\(subject) has ended already")
    case .endedSettling: FleetError(.conflict, "settling has ended already", hint: "roost settle")
    case .fixedRequest: FleetError(.conflict, "\(subject) was answered already")
    case .epochEnd:
      FleetError(
        .internal, "\(subject) is past all that a fleet can reach",
        hint: "the database is damaged: put a backup back, or make it anew: roost-coordinator restore, rebuild")
    case .epochBack, .cursorBack, .fixedFleet, .fixedLedger, .fixedEvent, .fixedCertificate:
      FleetError(.internal, "\(subject) may not be changed that way (rule \(rawValue))")
    }
  }
}
