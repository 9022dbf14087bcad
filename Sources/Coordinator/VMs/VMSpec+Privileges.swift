import DomainXML
import Fleet

extension VMSpec {
  /// What the VM asks of its host beyond what a plain VM is made of; the agent looks again at the finished document.
  ///
  /// - Throws: ``FleetError`` with code `invalid` for a document that can't be read.
  var privileges: [HostPrivilege] {
    get throws(FleetError) {
      var found: [HostPrivilege] = []
      for disk in disks {
        guard let path = disk.path else { continue }
        let wanted = "wants disk \"\(disk.target)\" at \(path)"
        // Which of the two it is shows on the host alone.
        let kind: HostPrivilege.Kind = HostPath.isBelow(path, "/dev") ? .blockDevices : .diskFiles
        found.append(HostPrivilege(kind, path, wanted))
      }
      if let vnc, !["127.0.0.1", "::1"].contains(vnc.listen) {
        found.append(HostPrivilege(.listen, vnc.listen, "wants its VNC display at \(vnc.listen)"))
      }
      guard let text = document else { return found }
      let document = try DomainImporter.translated { () throws(DomainXMLError) in
        var document = try DomainDocument(parsing: text)
        // The agent takes these out, and puts the host's own in.
        try document.removeSecurityLabels()
        try document.setEmulator(nil)
        if let vnc { try document.setVNCListen(vnc.listen) }
        return document
      }
      let media = Set(disks.filter { $0.path == nil && $0.source != .document }.map(\.target))
      for privilege in document.privileges where privilege.kind != .emulator {
        // A drive whose medium comes from the library, or goes, keeps nothing of what the document had in it.
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
  /// What a document asks, in the fleet's words.
  init(_ found: DomainPrivilege) {
    self.init(Kind(rawValue: found.kind.rawValue), found.subject, "wants: \(found.wanted)")
  }
}
