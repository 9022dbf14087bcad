internal import Fleet

extension PlacementFilter {
  static func required(_ wish: [String: Set<String>], of host: HostSnapshot) -> String? {
    for (label, values) in wish.sorted(by: { $0.key < $1.key }) {
      let has = host.labels[label]
      guard has == nil || !(values.isEmpty || values.contains(has ?? "")) else { continue }
      let wanted = values.isEmpty ? label : values.sorted().map { "\(label)=\($0)" }.joined(separator: " or ")
      return "wants \(wanted.printable), \(has.map { "it has \(label)=\($0)".printable } ?? "it has no such label")"
    }
    return nil
  }

  static func avoided(_ wish: [String: Set<String>], of host: HostSnapshot) -> String? {
    for (label, values) in wish.sorted(by: { $0.key < $1.key }) {
      guard let has = host.labels[label], values.isEmpty || values.contains(has) else { continue }
      return "avoids \(label)=\(has)".printable
    }
    return nil
  }

  static func vlan(_ wish: Set<Int>, on host: HostSnapshot) -> String? {
    guard !wish.isEmpty, let lacking = wish.subtracting(host.traits.vlans).min() else { return nil }
    return "wants VLAN \(lacking), it has \(host.traits.vlans.count) others"
  }

  static func cpuModel(_ model: String?, on host: HostSnapshot) -> String? {
    guard let model, !host.traits.cpuModels.isEmpty, !host.traits.cpuModels.contains(model) else { return nil }
    let has = host.traits.cpuModels.sorted().prefix(4).joined(separator: ", ")
    return "wants CPU model \(model.printable), it has \(has)"
  }

  /// A cell's whole size counts here; what is left of it is ``ResourceFilter``'s.
  static func cell(_ request: PlacementRequest, on host: HostSnapshot) -> String? {
    guard request.constraints.oneCell, !host.traits.cells.isEmpty else { return nil }
    let ratio = host.capacity?.cpuRatio ?? 1
    let spec = request.spec
    let fits = host.traits.cells.contains { cell in
      Double(spec.vcpus) <= Double(cell.cpus.count) * ratio && spec.memory <= cell.memory
    }
    guard !fits else { return nil }
    let memory = host.traits.cells.map(\.memory).max() ?? .zero
    let cpus = host.traits.cells.map(\.cpus.count).max() ?? 0
    return "wants \(spec.vcpus) and \(spec.memory) of one cell, the largest has \(cpus) CPUs and \(memory)"
  }
}
