internal import Fleet

/// A named rule that a host must keep to take a VM.
struct PlacementFilter: Sendable {
  /// The rule's name, as a refusal carries it.
  let rule: String
  /// Why the host is refused, with numbers; nil if it keeps the rule.
  let refuses: @Sendable (PlacementRequest, HostSnapshot) -> String?
  /// True if it reads the host's labels. Any other filter is asked about a host whose labels are cleared.
  let readsLabels: Bool

  init(
    rule: String, readsLabels: Bool = false, refuses: @escaping @Sendable (PlacementRequest, HostSnapshot) -> String?
  ) {
    self.rule = rule
    self.readsLabels = readsLabels
    self.refuses = refuses
  }

  /// Rules about decisions of administrators, about what is known, and about what every VM needs.
  private static let decided: [PlacementFilter] = [
    // The request names another host.
    PlacementFilter(rule: "host") { request, host in
      guard let only = request.host, only != host.name else { return nil }
      return "only \"\(only.printable)\" was asked for"
    },
    // The host is cordoned, degraded, silent, revoked, or its libvirt is down.
    PlacementFilter(rule: "state") { _, host in state(of: host) },
    // The host has not reported yet, or its report is old.
    PlacementFilter(rule: "certainty") { _, host in certainty(of: host) },
    // The host lacks a required label.
    PlacementFilter(rule: "require", readsLabels: true) { request, host in
      required(request.constraints.require, of: host)
    },
    // The host has a label to be avoided.
    PlacementFilter(rule: "avoid", readsLabels: true) { request, host in avoided(request.constraints.avoid, of: host) },
    // The host has no emulator for the architecture.
    PlacementFilter(rule: "emulator") { request, host in emulator(request.spec, on: host) },
    // The emulator has no such machine type.
    PlacementFilter(rule: "machine") { request, host in machine(request.spec, on: host) },
    // KVM is required, and no guest runs under KVM there.
    PlacementFilter(rule: "acceleration") { request, host in acceleration(request.spec, on: host) },
    // A libvirt network is missing or not active.
    PlacementFilter(rule: "network") { request, host in network(request.spec, on: host) },
    // A bridge is missing.
    PlacementFilter(rule: "bridge") { request, host in bridge(request.spec, on: host) },
    // The host does not grant what the VM asks for; see roost-trust(5).
    PlacementFilter(rule: "trust") { request, host in host.traits.trust?.refusal(of: request.privileges) },
    // An existing disk is not on the host, or a new one's place is taken there.
    PlacementFilter(rule: "files") { request, host in files(request.spec, on: host) },
    // A VLAN does not reach the host.
    PlacementFilter(rule: "vlan") { request, host in vlan(request.constraints.vlans, on: host) },
    // The host cannot run the CPU model.
    PlacementFilter(rule: "cpu-model") { request, host in cpuModel(request.constraints.cpuModel, on: host) },
    // The VM fits into no single NUMA cell.
    PlacementFilter(rule: "numa") { request, host in cell(request, on: host) },
  ]

  /// Every rule about what a host is, in the order in which they are checked. ``RoomFilter`` comes after them, since
  /// room changes most often.
  static let table: [PlacementFilter] =
    decided + needs + [
      // No VNC display can listen there.
      PlacementFilter(rule: "port") { request, host in request.spec.wantsPort ? host.traits.portObstacle : nil }
    ]

  /// Those about a host's build, without the one about its name.
  static let ofBuild = table.dropFirst().filter { !$0.readsLabels }

  /// Those about a host's labels.
  static let ofLabels = table.filter(\.readsLabels)

  /// The first rule that a host breaks, without the one about its name.
  ///
  /// Hosts that differ only in name and room get the same answer.
  static func refusalOfKind(_ request: PlacementRequest, _ host: HostSnapshot) -> Refusal? {
    for filter in table.dropFirst() {
      if let detail = filter.refuses(request, host) {
        return Refusal(host: host.name, rule: filter.rule, detail: detail)
      }
    }
    return nil
  }

  private static func state(of host: HostSnapshot) -> String? {
    let state =
      switch host.state {
      case .ready: ""
      case .cordoned: "is cordoned"
      case .draining: "is being drained"
      case .degraded: "its libvirt half answers"
      case .libvirtDown: "its libvirt does not answer"
      case .unreachable: "is unreachable"
      case .fenced: "is fenced"
      case .revoked: "is revoked"
      }
    guard !state.isEmpty else { return nil }
    // The detail may already begin with the state.
    if host.stateDetail.hasPrefix(state) { return host.stateDetail }
    return host.stateDetail.isEmpty ? state : "\(state): \(host.stateDetail)"
  }

  private static func certainty(of host: HostSnapshot) -> String? {
    guard host.capacity != nil else { return "has not reported yet" }
    guard !host.isCurrent else { return nil }
    guard let age = host.dataAgeSeconds else { return "its data is not current" }
    return "its data is \(Age.text(seconds: age)) old"
  }

  private static func emulator(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    guard !host.emulators.contains(where: { $0.architecture == spec.architecture }) else { return nil }
    let has = host.emulators.map(\.architecture).sorted()
    return "wants \(spec.architecture), \(listing(has, none: "it has no emulator"))"
  }

  private static func machine(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    guard let machine = spec.machine else { return nil }
    let fitting = host.emulators.lazy.filter { $0.architecture == spec.architecture }
    guard !fitting.contains(where: { $0.machines.contains(machine) }) else { return nil }
    // Aliases such as `pc` are the shortest, and the ones people type.
    let has = fitting.flatMap(\.machines).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    return "wants machine type \(machine), \(listing(has, none: "it says none"))"
  }

  private static func acceleration(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    guard spec.acceleration == .required, !host.accelerates(spec) else { return nil }
    return host.kvmUsable
      ? "wants KVM, its \(spec.architecture) emulator offers none" : "wants KVM, no guest runs under KVM there"
  }

  private static func network(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    for nic in spec.nics {
      guard case .network(let name) = nic.source else { continue }
      guard let network = host.networks.first(where: { $0.name == name }) else {
        let has = host.networks.map(\.name).sorted()
        return "wants network \"\(name)\", \(listing(has, none: "it has none"))"
      }
      guard network.isActive else { return "network \"\(name)\" is not active" }
    }
    return nil
  }

  private static func bridge(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    for nic in spec.nics {
      guard case .bridge(let name) = nic.source, !host.bridges.contains(name) else { continue }
      return "wants bridge \"\(name)\", \(listing(host.bridges.sorted(), none: "it has none"))"
    }
    return nil
  }

  /// Such as `it has pc, q35 and 71 more`.
  static func listing(_ names: [String], none: String) -> String {
    guard !names.isEmpty else { return none }
    let shown = names.prefix(4).joined(separator: ", ")
    return names.count > 4 ? "it has \(shown) and \(names.count - 4) more" : "it has \(shown)"
  }
}
