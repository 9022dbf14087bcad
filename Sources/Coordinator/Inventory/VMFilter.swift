import Fleet
import RoostProto

/// The filters of a listing besides host and addresses; an empty one matches all.
struct VMFilter: Sendable {
  private let group: String
  private let state: String
  private let labels: [LabelQuery]
  private let managed: Bool?
  private let name: NamePattern?

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
    labels = request.labels.map { LabelQuery($0) }
    switch request.managed {
    case "": managed = nil
    case "yes": managed = true
    case "no": managed = false
    default: throw FleetError(.invalid, "\"\(request.managed.printable)\" is not yes or no")
    }
    name = request.name.isEmpty ? nil : NamePattern(request.name)
  }

  /// True if it chooses by more than names.
  var needsRows: Bool { !(group.isEmpty && state.isEmpty && labels.isEmpty && managed == nil) }

  /// True if the filter selects VMs of that name, as far as the name alone goes.
  func matches(name: String) -> Bool { self.name?.matches(name) ?? true }

  /// True if the filter selects a listed VM, whatever its name; `stored` is the row of a managed one.
  func matches(_ vm: VMSummary, _ stored: ManagedVM?) -> Bool {
    if !group.isEmpty, !(vm.managed && stored?.constraints.groups.contains(group) == true) { return false }
    if !state.isEmpty, vm.state.name != state { return false }
    if let managed, vm.managed != managed { return false }
    return labels.allSatisfy { $0.matches(vm.labels) }
  }
}
