internal import DomainXML
internal import Fleet

/// What becomes of the file with the firmware's variables that an imported document names: no two guests may have one.
enum FirmwareVariables: Hashable, Sendable {
  /// The document names no file, or one that is there and nobody else's: nothing is changed.
  case kept
  /// libvirt makes a file of the VM's own from its template.
  case own
  /// Another domain has the file: libvirt makes one of the VM's own, as a copy.
  case copied

  /// Decides for a document, by what is on the host and what the other domains there name. Blocks.
  init(of text: String?, beside others: [ObservedDomain]) {
    guard let text, let document = try? DomainDocument(parsing: text), let path = document.system.nvramPath else {
      self = .kept
      return
    }
    guard HostFile.exists(path) else {
      self = .own
      return
    }
    let identity = FileIdentity.of(path)
    let taken = Set(others.flatMap(\.configurations).map(\.nvram).filter { !$0.isEmpty })
    let isTaken = taken.contains { other in
      FilePath.normalised(other) == FilePath.normalised(path) || (identity != nil && FileIdentity.of(other) == identity)
    }
    self = isTaken ? .copied : .kept
  }
}
