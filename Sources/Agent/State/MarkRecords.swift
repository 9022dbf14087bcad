internal import DomainXML
internal import Fleet

/// When the mark was written into domains that existed before Roost, and what they then asked of the host.
///
/// Roost refuses to destroy such a domain for a while: otherwise an attacker who controls a coordinator could mark
/// every guest of a host and destroy them at once.
struct MarkRecords: Sendable {
  /// How long an adopted domain is protected, in seconds.
  static let graceSeconds = 3600.0
  private static let file = "marked.json"

  /// One thing that a domain asked of its host beyond a plain guest.
  struct Asked: Codable, Hashable {
    let kind: String
    let subject: String
    /// The format that QEMU was given: a raw disk that is read in another format might refer to any file.
    let format: String?

    init(_ found: DomainPrivilege) {
      (kind, subject, format) = (found.kind.rawValue, found.subject, found.format)
    }
  }

  let directory: StateDirectory

  /// Records that a domain was marked.
  func add(_ vm: VMID, at now: Timestamp) throws {
    var records = try read()
    records[vm.description] = now.milliseconds
    try directory.write(records, to: Self.file)
  }

  /// Forgets that a domain was marked.
  func remove(_ vm: VMID) throws {
    var records = try read()
    try forgetAsked(vm)
    guard records.removeValue(forKey: vm.description) != nil else { return }
    try directory.write(records, to: Self.file)
  }

  /// Records what an adopted domain asks of the host, so that defining it again needs no grant for that.
  func note(asked texts: DomainDocuments, of vm: VMID) throws {
    let documents = [texts.saved, texts.live].compactMap { $0.flatMap { try? DomainDocument(parsing: $0) } }
    let asked = Set(documents.flatMap(\.privileges).map(Asked.init))
    let sorted = asked.sorted { ($0.kind, $0.subject, $0.format ?? "") < ($1.kind, $1.subject, $1.format ?? "") }
    try directory.write(sorted, to: Self.askedFile(vm))
  }

  /// What a domain asked of the host before Roost marked it; empty for one that Roost made.
  func asked(of vm: VMID) throws -> Set<Asked> {
    Set(try directory.read(Self.askedFile(vm), as: [Asked].self) ?? [])
  }

  /// Forgets what a domain asked, when it leaves the fleet.
  func forgetAsked(_ vm: VMID) throws { try HostFile.remove(directory.file(Self.askedFile(vm))) }

  private static func askedFile(_ vm: VMID) -> String { "vms/\(vm).adopted.json" }

  /// Refuses to destroy a domain that was marked less than ``graceSeconds`` ago.
  /// - Throws: ``FleetError`` with code `denied`.
  func checkGrace(of domain: ObservedDomain, now: Timestamp, trust: HostTrust) throws {
    guard !trust.destroyAdopted, let marked = try read()[domain.id.description] else { return }
    let age = now.seconds(since: Timestamp(milliseconds: marked))
    // A clock that went back does not shorten the protection.
    guard age < Self.graceSeconds else { return }
    throw FleetError(
      .denied,
      "VM \"\(domain.name.printable)\" was there before Roost and was adopted less than an hour ago: this host lets"
        + " nobody delete it so soon",
      hint: "wait until the hour is over, or have destroy_adopted = true in [trust] of \(trust.file) on the host")
  }

  private func read() throws -> [String: Int64] { try directory.read(Self.file) ?? [:] }
}
