extension DomainDocument {
  /// What firmware, kernel, labels and memory encryption require of the host.
  var systemRequirements: [DomainRequirement] {
    var found: [DomainRequirement] = []
    if let os = root.child(named: "os") {
      if let firmware = os.attribute("firmware") { found.append(.init(.firmware, firmware, for: "its firmware")) }
      let loader = os.child(named: "loader")
      let wantsSecureBoot = os.child(named: "firmware")?.children(named: "feature").contains {
        $0.attribute("name") == "secure-boot" && $0.isYes("enabled")
      }
      if wantsSecureBoot ?? false || loader?.isYes("secure") ?? false {
        found.append(.init(.firmware, "secure-boot", for: "its firmware"))
      }
      for (name, subject) in [("loader", "its firmware"), ("kernel", "its kernel"), ("initrd", "its kernel")] {
        if let path = absolute(os.child(named: name)?.trimmedText) { found.append(.init(.file, path, for: subject)) }
      }
      if let path = absolute(os.child(named: "dtb")?.trimmedText) {
        found.append(.init(.file, path, for: "its device tree"))
      }
      if let path = absolute(os.child(named: "nvram")?.attribute("template")) {
        found.append(.init(.file, path, for: "its firmware's variables"))
      }
      for table in os.child(named: "acpi")?.children(named: "table") ?? [] {
        if let path = absolute(table.trimmedText) { found.append(.init(.file, path, for: "its ACPI table")) }
      }
    }
    for entry in root.children(named: "sysinfo").flatMap({ $0.children(named: "entry") }) {
      if let path = absolute(entry.attribute("file")) {
        found.append(.init(.file, path, for: "its firmware configuration"))
      }
    }
    for disk in passedThroughDisks {
      guard let path = disk.path else { continue }
      found.append(.init(.file, path, for: "its arguments for QEMU"))
      found.append(contentsOf: disk.beneath.map { .init(.file, $0, for: "its arguments for QEMU") })
    }
    for label in root.children(named: "seclabel") where label.attribute("type") == "static" {
      if let model = label.attribute("model") { found.append(.init(.security, model, for: "its security label")) }
    }
    if let kind = root.child(named: "launchSecurity")?.attribute("type") {
      found.append(.init(.launchSecurity, kind, for: "its memory"))
    }
    return found
  }

  /// A path that begins at the root, or nil.
  func absolute(_ path: String?) -> String? { path.flatMap { $0.hasPrefix("/") ? $0 : nil } }
}

extension DomainDocument {
  /// The host CPUs and NUMA nodes to which the guest is bound.
  var processorRequirements: [DomainRequirement] {
    var found: [DomainRequirement] = []
    let pins = ["vcpupin", "emulatorpin", "iothreadpin"]
    let tuned = (root.child(named: "cputune")?.children ?? []).filter { pins.contains($0.name) }
    for set in ([root.child(named: "vcpu")].compactMap(\.self) + tuned).compactMap({ $0.attribute("cpuset") }) {
      found.append(.init(.cpus, XMLText.trimmed(set), for: "the processors it is pinned to"))
    }
    for memory in root.child(named: "numatune")?.children ?? [] {
      guard ["memory", "memnode"].contains(memory.name), memory.attribute("placement") != "auto",
        let set = memory.attribute("nodeset")
      else { continue }
      found.append(.init(.nodes, XMLText.trimmed(set), for: "its memory"))
    }
    if let source = root.descendant("memoryBacking", "source")?.attribute("type") {
      found.append(.init(.memorySource, source, for: "its memory"))
    }
    if let cpu = root.child(named: "cpu"), cpu.attribute("mode") ?? "custom" == "custom",
      let model = cpu.child(named: "model"), model.attribute("fallback") == "forbid" || cpu.attribute("match") != nil,
      let name = model.trimmedText
    {
      found.append(.init(.cpuModel, name, for: "its processor"))
    }
    return found
  }

  /// The sizes of the huge pages that back the guest's memory, in bytes, each once; nil stands for the host's default
  /// size. Empty without huge pages.
  package var hugePageSizes: [Int64?] {
    guard let pages = root.descendant("memoryBacking", "hugepages") else { return [] }
    var sizes: [Int64?] = []
    for page in pages.children(named: "page") {
      guard let size = page.number("size").flatMap(Int64.init(exactly:)), size > 0,
        let scale = DataSize.bytes(perUnit: page.attribute("unit") ?? "KiB")
      else { continue }
      let (bytes, overflow) = size.multipliedReportingOverflow(by: scale)
      if !overflow, !sizes.contains(bytes) { sizes.append(bytes) }
    }
    return sizes.isEmpty ? [nil] : sizes
  }
}
