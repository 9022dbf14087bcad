internal import DomainXML
internal import Fleet

/// The file with the firmware's variables (NVRAM), which libvirt can delete together with a definition.
struct VariableStore: Sendable {
  /// Whether the file is deleted.
  struct Fate: Sendable {
    /// True if it stays.
    var keeps: Bool
    /// Why it stays, for the administrator; may be empty.
    var notes: [String] = []
  }

  let hypervisor: any Hypervisor
  let records: DiskRecords

  /// Decides about a domain's variables: deletes them only if Roost had them made, no other domain of the host uses
  /// them, and no process has them open.
  func fate(of domain: ObservedDomain, _ order: Destruction) async throws -> Fate {
    guard domain.isPersistent, let path = try await path(of: domain.id) else { return Fate(keeps: true) }
    let word = "the firmware's variables stay: \(path.printable)"
    guard !order.keepDisks else { return Fate(keeps: true, notes: [word]) }
    guard try records.variables(of: domain.id) == path else {
      return Fate(keeps: true, notes: ["\(word), as no record there says that Roost had them made"])
    }
    let identity = DiskRecords.identity(of: path)
    for other in try await hypervisor.domains() where other.id != domain.id {
      let named: String?
      do {
        named = try await self.path(of: other.id)
      } catch let error as FleetError where error.code == .notFound {
        continue
      } catch {
        // A domain that can't be read may use them.
        return Fate(
          keeps: true, notes: ["\(word), as \"\(other.name.printable)\" can't be asked whether it names them"])
      }
      guard let named else { continue }
      guard named == path || identity != nil && DiskRecords.identity(of: named) == identity else { continue }
      return Fate(keeps: true, notes: ["\(word), which the domain \"\(other.name.printable)\" names too"])
    }
    if let identity, let user = OpenFiles.users(of: identity).first {
      return Fate(keeps: true, notes: ["\(word), which \(user.command.printable) (pid \(user.pid)) has open"])
    }
    return Fate(keeps: false)
  }

  /// Records the file that libvirt will make for a domain that Roost has just defined; a file that already exists is
  /// not Roost's.
  func note(for id: VMID) async throws {
    guard let path = try await path(of: id), !HostFile.exists(path) else { return }
    try records.noteVariables(path, of: id)
  }

  private func path(of id: VMID) async throws -> String? {
    let texts = try await hypervisor.document(of: id)
    guard let text = texts.saved ?? texts.live else { return nil }
    let path = try DomainDocument(parsing: text).system.nvramPath ?? ""
    return path.hasPrefix("/") ? path : nil
  }
}
