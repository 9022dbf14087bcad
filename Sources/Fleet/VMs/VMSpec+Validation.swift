extension VMSpec {
  /// Returns the spec if it is valid.
  ///
  /// A VM with a domain document may have any name that libvirt accepts; see ``NameRule/checkedForeign(_:)``.
  /// - Throws: ``FleetError`` with code `invalid` that names the first field out of range: name, title of 1 to 200
  ///   characters on one line, vCPUs 1…4096, memory 1 MiB…64 TiB, at most 64 disks and 64 NICs with distinct targets
  ///   and addresses, and paths without `..`.
  @discardableResult
  package func validated() throws(FleetError) -> VMSpec {
    if document == nil { try NameRule.checked(name, of: "VM") } else { try NameRule.checkedForeign(name) }
    if let title { try Self.check(title: title) }
    guard (1...4096).contains(vcpus) else {
      throw FleetError(.invalid, "vcpus is \(vcpus); a VM has 1 to 4096")
    }
    guard memory >= .mebibytes(1), memory <= .gibibytes(64 * 1024) else {
      throw FleetError(.invalid, "memory is \(memory); a VM has 1MiB to 64TiB", hint: "write a size such as 2GiB")
    }
    if let startVCPUs, !(1...vcpus).contains(startVCPUs) {
      throw FleetError(.invalid, "start vcpus is \(startVCPUs); this VM has 1 to \(vcpus)")
    }
    if let startMemory, startMemory <= .zero || startMemory > memory {
      throw FleetError(.invalid, "start memory is \(startMemory); this VM has more than none and \(memory) at most")
    }
    try checkWord(architecture, "architecture")
    if let machine { try checkWord(machine, "machine type") }
    try checkDisks()
    try checkNICs()
    try checkLabels()
    if let vnc { try vnc.check() }
    guard bootOrder.count <= 8 else { throw FleetError(.invalid, "boot order names more than 8 devices") }
    if let document, document.utf8.count > 1 << 20 {
      throw FleetError(.invalid, "the domain document is larger than 1MiB")
    }
    return self
  }

  private static func check(title: String) throws(FleetError) {
    let hint = "a title is one line of at most 200 characters"
    // A character can be any number of scalars, so those are bounded first.
    guard title.utf8.count <= 1600, title.count <= 200 else {
      throw FleetError(.invalid, "the title \"\(title.printable)\" is longer than 200 characters", hint: hint)
    }
    guard title.isPrintable, title.contains(where: { !$0.isWhitespace }) else {
      throw FleetError(
        .invalid, "the title \"\(title.printable)\" is empty or has a line end or another control character",
        hint: hint)
    }
  }

  private func checkDisks() throws(FleetError) {
    guard disks.count <= 64 else { throw FleetError(.invalid, "\(disks.count) disks; a VM has at most 64") }
    var targets: Set<String> = []
    for disk in disks {
      try checkWord(disk.target, "disk target")
      try checkWord(disk.bus, "disk bus")
      guard targets.insert(disk.target).inserted else {
        throw FleetError(.invalid, "two disks have the target \"\(disk.target)\"")
      }
      try disk.check()
    }
  }

  private func checkNICs() throws(FleetError) {
    guard nics.count <= 64 else { throw FleetError(.invalid, "\(nics.count) NICs; a VM has at most 64") }
    var seen: Set<MACAddress> = []
    for nic in nics {
      try checkSource(nic.source)
      if let model = nic.model { try checkWord(model, "NIC model") }
      guard let mac = nic.mac else { continue }
      guard mac.isUsable else { throw FleetError(.invalid, "no interface may have the address \(mac)") }
      guard seen.insert(mac).inserted else { throw FleetError(.invalid, "two NICs have the address \(mac)") }
    }
  }

  private func checkSource(_ source: NICSource) throws(FleetError) {
    switch source {
    case .network(let name): try NameRule.checked(name, of: "network")
    case .bridge(let name):
      try NameRule.checked(name, of: "bridge")
      guard name.utf8.count <= 15 else {
        throw FleetError(.invalid, "the bridge name \"\(name)\" is longer than 15 characters")
      }
    case .carried(let kind): try NameRule.checked(kind, of: "interface type")
    }
  }

  private func checkLabels() throws(FleetError) {
    guard labels.count <= 64 else { throw FleetError(.invalid, "\(labels.count) labels; a VM has at most 64") }
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
      try NameRule.checked(key, of: "label")
      guard value.utf8.count <= 255, value.isPrintable else {
        throw FleetError(.invalid, "the value of label \"\(key)\" is not printable or is longer than 255 bytes")
      }
    }
  }

  private func checkWord(_ word: String, _ field: String) throws(FleetError) {
    try NameRule.checked(word, of: field)
  }
}
