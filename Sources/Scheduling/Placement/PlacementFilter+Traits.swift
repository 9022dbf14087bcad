internal import Fleet

extension PlacementFilter {
  static func required(_ wanted: [String: Set<String>], of host: HostSnapshot) -> String? {
    guard !wanted.isEmpty else { return nil }
    for (label, values) in wanted.sorted(by: { $0.key < $1.key }) {
      let has = host.labels[label]
      guard has == nil || !(values.isEmpty || values.contains(has ?? "")) else { continue }
      let wanted = values.isEmpty ? label : values.sorted().map { "\(label)=\($0)" }.joined(separator: " or ")
      return "wants \(wanted.printable), \(has.map { "it has \(label)=\($0)".printable } ?? "it has no such label")"
    }
    return nil
  }

  static func avoided(_ wanted: [String: Set<String>], of host: HostSnapshot) -> String? {
    guard !wanted.isEmpty else { return nil }
    for (label, values) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let has = host.labels[label], values.isEmpty || values.contains(has) else { continue }
      return "avoids \(label)=\(has)".printable
    }
    return nil
  }

  static func vlan(_ wanted: Set<Int>, on host: HostSnapshot) -> String? {
    guard !wanted.isEmpty, let lacking = wanted.subtracting(host.traits.vlans).min() else { return nil }
    return "wants VLAN \(lacking), it has \(host.traits.vlans.count) others"
  }

  static func cpuModel(_ model: String?, on host: HostSnapshot) -> String? {
    guard let model, !host.traits.cpuModels.isEmpty, !host.traits.cpuModels.contains(model) else { return nil }
    let has = host.traits.cpuModels.sorted().prefix(4).joined(separator: ", ")
    return "wants CPU model \(model.printable), it has \(has)"
  }

  /// Compares with the whole size of a cell; ``ResourceFilter`` compares with what is left of it.
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

extension PlacementFilter {
  /// The files that a VM brings along must exist on the host, and those that Roost makes at a chosen place must not.
  static func files(_ spec: VMSpec, on host: HostSnapshot) -> String? {
    for disk in spec.disks {
      guard let path = disk.path else { continue }
      if disk.source == .existing, let lack = lack(of: path, on: host) {
        return "wants \(path) for \(disk.device == .cdrom ? "drive" : "disk") \"\(disk.target)\", \(lack)"
      }
      if disk.isMadeByRoost, let obstacle = obstacle(to: path, on: host) {
        return "makes \(path) for disk \"\(disk.target)\", \(obstacle)"
      }
    }
    return nil
  }

  /// Why no file can be made at a path; its agent looks again when it makes it.
  private static func obstacle(to path: String, on host: HostSnapshot) -> String? {
    guard case .found(let kinds) = host.files else { return nil }
    switch kinds[path] {
    case .regular, .block, .directory, .other: return "there is a file already, and it was not made for this VM"
    case .missing, .hidden, nil: break
    }
    let directory = HostPath.parent(of: path)
    switch kinds[directory] {
    case .missing: return "there is no directory \(directory)"
    case .regular, .block, .other: return "\(directory) is not a directory there"
    case .directory, .hidden, nil: return nil
    }
  }

  private static func lack(of path: String, on host: HostSnapshot) -> String? {
    switch host.files {
    case .unasked: nil
    case .unknown(let reason): "it is not known whether that is there: \(reason)"
    case .found(let kinds):
      switch kinds[path] ?? .missing {
      case .regular, .block: nil
      case .missing: "which is not on it"
      case .other, .directory: "which is neither a file nor a block device there"
      case .hidden: "which its agent may not look at"
      }
    }
  }
}
