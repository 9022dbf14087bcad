import Fleet
import RoostProto

/// The filters of a listing besides host and addresses; an empty one matches all.
struct VMFilter: Sendable {
  private let group: String
  private let state: String
  /// A value for each key; nil for any value.
  private let labels: [(key: String, value: String?)]
  private let managed: Bool?

  /// Reads a client's filters.
  /// - Throws: ``FleetError`` with code `invalid` for an unknown state.
  init(_ request: Roost_V1_ListVMsRequest) throws(FleetError) {
    group = request.group
    state = request.state
    guard state.isEmpty || VMState.names.contains(state) else {
      throw FleetError(
        .invalid, "\"\(state.printable)\" is not a state of a VM",
        hint: "it is one of \(VMState.names.joined(separator: ", "))")
    }
    labels = request.labels.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (parts.first ?? "", parts.count > 1 ? parts.last : nil)
    }
    switch request.managed {
    case "": managed = nil
    case "yes": managed = true
    case "no": managed = false
    default: throw FleetError(.invalid, "\"\(request.managed.printable)\" is not yes or no")
    }
  }

  /// True if the filter selects a listed VM; `stored` is the row of a managed one.
  func matches(_ vm: VMSummary, _ stored: ManagedVM?) -> Bool {
    if !group.isEmpty, !(vm.managed && stored?.constraints.groups.contains(group) == true) { return false }
    if !state.isEmpty, vm.state.name != state { return false }
    if let managed, vm.managed != managed { return false }
    return labels.allSatisfy { label in vm.labels[label.key].map { label.value == nil || label.value == $0 } ?? false }
  }
}
