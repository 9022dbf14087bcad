extension DomainDocument {
  /// Sets the guest's name.
  package mutating func setName(_ name: String) throws(DomainXMLError) {
    guard !XMLText.isBlank(name), !name.contains("/"), name != ".", name != "..",
      !name.contains(where: \.isNewline)
    else {
      throw DomainXMLError(.invalidValue, element: "name", "the name \"\(name)\" is not allowed by libvirt")
    }
    try edit { root throws(DomainXMLError) in try root.set("name", text: name) }
  }

  /// Sets the guest's UUID, or removes it so that libvirt makes one.
  ///
  /// A UUID in `<sysinfo>` must equal it for libvirt, so that is set or removed too.
  package mutating func setUUID(_ uuid: String?) throws(DomainXMLError) {
    let canonical = uuid.flatMap(UUIDText.canonical)
    if let uuid, canonical == nil {
      throw DomainXMLError(.invalidValue, element: "uuid", "\"\(uuid.prefix(60))\" is not a UUID")
    }
    try edit { root throws(DomainXMLError) in
      try root.set("uuid", text: canonical)
      for system in root.children(named: "sysinfo").flatMap({ $0.children(named: "system") }) {
        for entry in system.children(named: "entry") where entry.attribute("name") == "uuid" {
          if let canonical { try entry.setText(canonical) } else { entry.remove() }
        }
      }
    }
  }

  /// Sets or removes the line about the guest, which libvirt takes without line ends only.
  package mutating func setTitle(_ title: String?) throws(DomainXMLError) {
    if let title, title.contains(where: \.isNewline) {
      throw DomainXMLError(.invalidValue, element: "title", "a title is one line")
    }
    try edit { root throws(DomainXMLError) in try root.set("title", text: title) }
  }

  /// Sets or removes the words about the guest.
  package mutating func setDetails(_ text: String?) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try root.set("description", text: text) }
  }

  /// Sets what runs the guest.
  package mutating func setType(_ type: DomainType) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in try root.setAttribute("type", type.rawValue) }
  }

  /// Sets the emulator's path, or removes it so that libvirt chooses.
  package mutating func setEmulator(_ path: String?) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      if let path {
        try root.ensure("devices").set("emulator", text: path)
      } else {
        root.child(named: "devices")?.removeChildren(named: "emulator")
      }
    }
  }

  /// Sets the machine type, or removes it so that the emulator's first choice is taken.
  package mutating func setMachine(_ machine: String?) throws(DomainXMLError) {
    try setSystemAttribute("machine", machine)
  }

  /// Sets the guest's architecture, or removes it so that the host's own is taken.
  package mutating func setArchitecture(_ architecture: String?) throws(DomainXMLError) {
    try setSystemAttribute("arch", architecture)
  }

  private mutating func setSystemAttribute(_ name: String, _ value: String?) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      let os = try root.ensure("os")
      let type = if let found = os.child(named: "type") { found } else { try os.add("type", text: "hvm") }
      if let value { try type.setAttribute(name, value) } else { type.removeAttribute(name) }
    }
  }

  /// Removes the labels that the security driver of the original host generated; labels that a person fixed or turned
  /// off stay.
  package mutating func removeSecurityLabels() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for label in root.children(named: "seclabel") { DomainDocument.dropDynamicLabel(label) }
      for element in root.child(named: "devices")?.descendants ?? [] where element.name == "seclabel" {
        // A device's label has no type: a given label is fixed, and a generated one was removed before.
        if element.isYes("relabel") || element.attribute("relabel") == nil, element.attribute("labelskip") == nil {
          element.remove()
        }
      }
    }
  }

  /// Removes the devices' addresses and PCI controllers, so that another machine type can lay them out afresh.
  ///
  /// Addresses of passed-through devices on the host stay.
  package mutating func removeDeviceAddresses() throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for device in root.child(named: "devices")?.children ?? [] {
        if device.name == "controller", ["pci", "usb", "ide", "sata"].contains(device.attribute("type") ?? "") {
          device.remove()
        } else {
          device.removeChildren(named: "address")
        }
      }
    }
  }
}
