/// Where an address of the ledger stands.
public enum LedgerState: String, Hashable, Sendable, CaseIterable {
  /// A managed VM has it.
  case allocated
  /// Kept for something outside the fleet.
  case reserved
  /// Released, and not yet to be handed out again.
  case quarantined
  /// An unmanaged VM has it.
  case observed
  /// Two or more have it.
  case conflict
  /// Out of use.
  case retired
}
