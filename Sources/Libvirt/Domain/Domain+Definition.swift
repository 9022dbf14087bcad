internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent, text that libvirt copies, and
// numbers.
extension Domain {
  /// Which of a domain's descriptions to give; corresponds to `virDomainXMLFlags`.
  public struct XMLFlags: OptionSet, Sendable {
    /// libvirt's bits.
    public let rawValue: UInt32

    /// Takes libvirt's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// What runs now, if it runs, else what is saved.
    public static let live: XMLFlags = []
    /// What is saved for the next start.
    public static let inactive = XMLFlags(rawValue: VIR_DOMAIN_XML_INACTIVE.rawValue)
    /// With passwords; needs a connection that may write.
    public static let secure = XMLFlags(rawValue: VIR_DOMAIN_XML_SECURE.rawValue)
    /// Fit for another host.
    public static let migratable = XMLFlags(rawValue: VIR_DOMAIN_XML_MIGRATABLE.rawValue)
  }

  /// What may go with a definition; corresponds to `virDomainUndefineFlagsValues`.
  public struct UndefineFlags: OptionSet, Sendable {
    /// libvirt's bits.
    public let rawValue: UInt32

    /// Takes libvirt's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The saved state.
    public static let managedSave = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_MANAGED_SAVE.rawValue)
    /// libvirt's notes about snapshots.
    public static let snapshotsMetadata = UndefineFlags(
      rawValue: VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA.rawValue)
    /// libvirt's notes about checkpoints.
    public static let checkpointsMetadata = UndefineFlags(
      rawValue: VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA.rawValue)
    /// The firmware's variables.
    public static let nvram = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_NVRAM.rawValue)
    /// Keep the firmware's variables.
    public static let keepNVRAM = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_KEEP_NVRAM.rawValue)
    /// Keep the state of an emulated TPM; known since libvirt 8.9, and older headers have no name for it.
    public static let keepTPM = UndefineFlags(rawValue: 1 << 6)
  }

  /// Its description as a `<domain>` document.
  public func xml(_ flags: XMLFlags = .live) throws -> String {
    try text("virDomainGetXMLDesc") { unsafe virDomainGetXMLDesc($0, flags.rawValue) }
  }

  /// The description inside its saved state; throws `operationInvalid` or `operationFailed` if there is
  /// none, `noSupport` if the driver keeps none.
  public func managedSaveXML() throws -> String {
    try text("virDomainManagedSaveGetXMLDesc") { unsafe virDomainManagedSaveGetXMLDesc($0, 0) }
  }

  /// Throws away its saved state.
  public func removeManagedSave() throws {
    try call("virDomainManagedSaveRemove") { unsafe virDomainManagedSaveRemove($0, 0) }
  }

  /// The descriptions of its snapshots, in no order; each `<domainsnapshot>` may hold a whole domain.
  public func snapshotsXML() throws -> [String] {
    try list("virDomainListAllSnapshots") {
      unsafe virDomainListAllSnapshots($0, $1, 0)
    } adopt: { snapshot in
      // SAFETY: the reference is ours, used once and given back.
      defer { unsafe virDomainSnapshotFree(snapshot) }
      return try unsafe ReturnCode.take(
        virDomainSnapshotGetXMLDesc(snapshot, 0), "virDomainSnapshotGetXMLDesc")
    }
  }

  /// Drops its definition; a running domain goes on as a transient one.
  ///
  /// Throws `operationInvalid` if there is a saved state, snapshots or firmware variables that no flag
  /// names.
  public func undefine(_ flags: UndefineFlags = []) throws {
    try call("virDomainUndefineFlags") { unsafe virDomainUndefineFlags($0, flags.rawValue) }
  }
}
