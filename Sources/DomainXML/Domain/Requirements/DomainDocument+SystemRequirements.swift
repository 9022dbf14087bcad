extension DomainDocument {
  /// What firmware, kernel, labels and encryption of memory ask of the host.
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
