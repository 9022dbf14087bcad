internal import Fleet

/// Compares a managed VM with its domain, value by value.
struct Drift {
  let vm: ManagedVM
  let observed: ObservedDomain
  /// True while an operation changes the VM's power.
  let isChanging: Bool

  /// The expected value of a device of which only the presence is compared.
  private static let present = "present"

  /// One sentence for each value that differs.
  var sentences: [String] {
    let rest = [observed.live, observed.saved].allSatisfy { $0.map(isAsAsked) ?? true } ? [] : values
    return identity + power + rest
  }

  /// True if the configuration does not differ at all; a quick check without texts, because most configurations don't.
  private func isAsAsked(_ configuration: DomainConfiguration) -> Bool {
    let spec = vm.spec
    let most = configuration.maximumVCPUs
    guard configuration.vcpus == startVCPUs, most == 0 || most == spec.vcpus,
      !isOther(configuration.memory, than: startMemory),
      configuration.maximumMemory == .zero || !isOther(configuration.maximumMemory, than: spec.memory),
      configuration.architecture.isEmpty || configuration.architecture == spec.architecture,
      configuration.hasSerialConsole || !spec.serialConsole,
      configuration.nics.count == vm.allocations.macs.count, vm.allocations.macs.count == spec.nics.count,
      configuration.disks.count(where: { !$0.isPassedThrough }) == spec.disks.count
    else { return false }
    for (mac, nic) in zip(vm.allocations.macs, spec.nics) {
      guard let seen = configuration.nics.first(where: { $0.mac == mac }) else { return false }
      switch nic.source {
      case .network(let name): guard seen.network == name else { return false }
      case .bridge(let name): guard seen.network.isEmpty, seen.bridge == name else { return false }
      case .carried: break
      }
    }
    for disk in spec.disks {
      guard let seen = configuration.disks.first(where: { $0.target == disk.target }) else { return false }
      guard disk.path == nil || disk.path == seen.path else { return false }
    }
    let display = configuration.graphics.first { $0.type == "vnc" }
    if spec.vnc?.isSocket == true { return display?.isSocket == true }
    guard let port = vm.allocations.vncPort, let vnc = spec.vnc else {
      return display == nil || display?.autoport == true
    }
    guard let display, display.port == port else { return false }
    return display.listen.isEmpty || display.listen == vnc.listen
  }

  private var values: [String] {
    value("vcpus", asked: startVCPUs.description) { $0.vcpus.description }
      + value("maximum vcpus", asked: vm.spec.vcpus.description) { maximumVCPUs($0) }
      + value("maximum memory", asked: vm.spec.memory.description) { maximumMemory($0) }
      + value("memory", asked: startMemory.description) { memory($0) }
      + value("architecture", asked: vm.spec.architecture) {
        $0.architecture.isEmpty ? vm.spec.architecture : $0.architecture
      } + nics + disks + display + console
  }

  private var identity: [String] {
    var found: [String] = []
    if observed.name != vm.spec.name {
      found.append("its name on the host is \"\(observed.name.printable)\", \"\(vm.spec.name)\" was asked for")
    }
    if observed.mark == nil { found.append("Roost's mark is gone from its definition") }
    if !observed.isPersistent {
      found.append(
        "its definition is gone, undefined behind Roost's back; it vanishes when it stops, "
          + "roost recover \(vm.spec.name.shellQuoted) defines it again")
    }
    return found
  }

  private var power: [String] {
    let state = VMObservation.state(of: observed.state)
    guard !isChanging, vm.phase == nil, observed.state != .unknown, state.name != vm.power.rawValue else { return [] }
    if let reason = state.reason { return ["\(reason); \(vm.power.rawValue) was asked for"] }
    return ["is \(state.name); \(vm.power.rawValue) was asked for"]
  }

  /// The current memory while the balloon is empty equals the maximum; then only the maximum is compared.
  private func memory(_ configuration: DomainConfiguration) -> String {
    let isFull = configuration.memory == configuration.maximumMemory
    return isFull ? startMemory.description : text(of: configuration.memory, like: startMemory)
  }

  private func maximumMemory(_ configuration: DomainConfiguration) -> String {
    let (most, asked) = (configuration.maximumMemory, vm.spec.memory)
    return most == .zero ? asked.description : text(of: most, like: asked)
  }

  /// The maximum of vCPUs is compared only if it is above the number that the guest starts with.
  private func maximumVCPUs(_ configuration: DomainConfiguration) -> String {
    let most = configuration.maximumVCPUs
    let isTold = most == configuration.vcpus && startVCPUs == vm.spec.vcpus
    return (most == 0 || isTold ? vm.spec.vcpus : most).description
  }

  private func text(of memory: ByteCount, like asked: ByteCount) -> String {
    guard isOther(memory, than: asked) else { return asked.description }
    let text = memory.description
    return text == asked.description ? "\(memory.bytes)B" : text
  }

  /// Compares sizes as QEMU rounds them: up to the next mebibyte.
  private func isOther(_ memory: ByteCount, than asked: ByteCount) -> Bool {
    max(memory, asked) - min(memory, asked) >= .mebibytes(1)
  }

  private var startVCPUs: Int { vm.spec.startVCPUs ?? vm.spec.vcpus }
  private var startMemory: ByteCount { vm.spec.startMemory ?? vm.spec.memory }

  /// One sentence if the running guest, its stored definition, or both, differ from what was asked for.
  private func value(_ name: String, asked: String, _ read: (DomainConfiguration) -> String) -> [String] {
    let live = observed.live.map(read)
    let saved = observed.saved.map(read)
    let wanted = asked == Self.present ? "" : ", \(asked) was asked for"
    switch (live == asked ? nil : live, saved == asked ? nil : saved) {
    case (nil, nil): return []
    case (let live?, let saved?) where live != saved:
      return ["\(name) is \(live) and \(saved) from the next start\(wanted)"]
    case (let live?, nil) where observed.saved != nil:
      return ["\(name) is \(live) until the next start\(wanted)"]
    case (nil, let saved?) where observed.live != nil:
      return ["\(name) is \(saved) from the next start\(wanted)"]
    case (let other?, _), (nil, let other?): return ["\(name) is \(other)\(wanted)"]
    }
  }

  private var nics: [String] {
    var found: [String] = []
    let asked = zip(vm.allocations.macs, vm.spec.nics)
    for (mac, nic) in asked {
      found += value("NIC \(mac)", asked: "on \(nic.source)") { configuration in
        guard let seen = configuration.nics.first(where: { $0.mac == mac }) else { return "missing" }
        return "on \(source(of: seen, like: nic.source))"
      }
    }
    let known = Set(vm.allocations.macs)
    let added = Set([observed.live, observed.saved].compactMap { $0 }.flatMap { $0.nics.compactMap(\.mac) })
    return found + added.subtracting(known).sorted().map { "NIC \($0) was added" }
  }

  /// A live document names the bridge of a network too; this takes the one that the spec asks for.
  private func source(of nic: ObservedNIC, like asked: NICSource) -> String {
    if case .carried = asked { return asked.description }
    if case .bridge(let name) = asked, nic.network.isEmpty, nic.bridge == name { return asked.description }
    if !nic.network.isEmpty { return NICSource.network(nic.network.printable).description }
    return nic.bridge.isEmpty ? "nothing Roost knows" : NICSource.bridge(nic.bridge.printable).description
  }

  private var disks: [String] {
    var found: [String] = []
    for disk in vm.spec.disks {
      let isCarried = disk.source == .document
      let asked = isCarried ? Self.present : disk.path.map { "at \($0)" } ?? Self.present
      found += value("disk \(disk.target)", asked: asked) { configuration in
        guard let seen = configuration.disks.first(where: { $0.target == disk.target }) else { return "missing" }
        guard disk.path != nil, disk.source != .document else { return asked }
        return seen.place.map { "at \($0.printable)" } ?? "empty"
      }
    }
    let known = Set(vm.spec.disks.map(\.target))
    let seen = [observed.live, observed.saved].compactMap { $0 }.flatMap(\.disks)
    let added = Set(seen.filter { !$0.isPassedThrough }.map(\.target))
    return found + added.subtracting(known).sorted().map { "disk \($0.printable) was added" }
  }

  private var display: [String] {
    if vm.spec.vnc?.isSocket == true {
      return value("VNC display", asked: "on a socket") { configuration in
        guard let display = shown(configuration) else { return "missing" }
        guard !display.isSocket else { return "on a socket" }
        return display.port.map { "at port \($0)" } ?? "at a port of libvirt's choice"
      }
    }
    guard let port = vm.allocations.vncPort, let vnc = vm.spec.vnc else {
      // A display whose port libvirt chooses was there when the VM was adopted.
      let has = [observed.live, observed.saved].contains { configuration in
        configuration?.graphics.contains { $0.type == "vnc" && !$0.autoport } ?? false
      }
      return has ? ["a VNC display was added"] : []
    }
    return value("VNC port", asked: "\(port)") { configuration in
      guard let display = shown(configuration) else { return "missing" }
      guard let seen = display.port, seen > 0 else { return display.isSocket ? "none" : "left to libvirt" }
      return "\(seen)"
    }
      + value("VNC address", asked: vnc.listen) { configuration in
        guard let listen = shown(configuration)?.listen, !listen.isEmpty else { return vnc.listen }
        return listen.printable
      }
  }

  private func shown(_ configuration: DomainConfiguration) -> ObservedGraphics? {
    configuration.graphics.first { $0.type == "vnc" }
  }

  private var console: [String] {
    guard vm.spec.serialConsole else { return [] }
    return value("serial console", asked: Self.present) { $0.hasSerialConsole ? Self.present : "missing" }
  }
}
