import DomainXML
import Fleet

extension VMSpec {
  /// What the VM asks of its host beyond a plain VM's needs; the agent checks the finished document again.
  ///
  /// - Throws: ``FleetError`` with code `invalid` for a document that can't be read.
  var privileges: [HostPrivilege] {
    get throws(FleetError) {
      var found: [HostPrivilege] = []
      for disk in disks {
        guard let path = disk.path else { continue }
        let wanted = "wants disk \"\(disk.target)\" at \(path)"
        // Only the host can tell which of the two it is.
        let kind: HostPrivilege.Kind = HostPath.isBelow(path, "/dev") ? .blockDevices : .diskFiles
        found.append(HostPrivilege(kind, path, wanted))
      }
      if let vnc, !vnc.isSocket, !["127.0.0.1", "::1"].contains(vnc.listen) {
        found.append(HostPrivilege(.listen, vnc.listen, "wants its VNC display at \(vnc.listen)"))
      }
      guard let text = document else { return found }
      let document = try DomainImporter.translated { () throws(DomainXMLError) in
        var document = try DomainDocument(parsing: text)
        // The agent removes these, and libvirt adds the host's own.
        try document.removeSecurityLabels()
        try document.setEmulator(nil)
        if let vnc, vnc.isSocket { try document.setVNCSocket() }
        if let vnc, !vnc.isSocket { try document.setVNCListen(vnc.listen) }
        return document
      }
      let media = Set(disks.filter { $0.path == nil && $0.source != .document }.map(\.target))
      for privilege in document.privileges where privilege.kind != .emulator {
        // A drive with a library image, or an emptied one, keeps nothing of its old medium.
        if media.contains(where: { privilege.wanted.contains("disk \"\($0)\" ") }) { continue }
        let next = HostPrivilege(privilege)
        if !found.contains(where: { $0.kind == next.kind && $0.subject == next.subject }) { found.append(next) }
      }
      return found
    }
  }

  /// Refuses a document that did not come through an import.
  func checkedWithoutDocument() throws(FleetError) -> VMSpec {
    guard document == nil else {
      throw FleetError(
        .invalid, "a spec that carries a domain document can't be created", hint: "import it: roost import FILE")
    }
    return self
  }
}

extension HostPrivilege {
  /// Converts what a document asks into the fleet's term.
  init(_ found: DomainPrivilege) {
    self.init(Kind(rawValue: found.kind.rawValue), found.subject, "wants: \(found.wanted)")
  }
}
