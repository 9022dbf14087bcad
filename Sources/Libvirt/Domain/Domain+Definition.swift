internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent, text that libvirt copies, and
// numbers.
extension Domain {
  /// Selects a form of a domain's description; corresponds to `virDomainXMLFlags`.
  package struct XMLFlags: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The running configuration if it runs, else the saved one.
    package static let live: XMLFlags = []
    /// The configuration saved for the next start.
    package static let inactive = XMLFlags(rawValue: VIR_DOMAIN_XML_INACTIVE.rawValue)
    /// With passwords; needs a connection that may write.
    package static let secure = XMLFlags(rawValue: VIR_DOMAIN_XML_SECURE.rawValue)
    /// Suitable for another host.
    package static let migratable = XMLFlags(rawValue: VIR_DOMAIN_XML_MIGRATABLE.rawValue)
  }

  /// What to remove or keep together with a definition; corresponds to `virDomainUndefineFlagsValues`.
  package struct UndefineFlags: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The saved state.
    package static let managedSave = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_MANAGED_SAVE.rawValue)
    /// libvirt's notes about snapshots.
    package static let snapshotsMetadata = UndefineFlags(
      rawValue: VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA.rawValue)
    /// libvirt's notes about checkpoints.
    package static let checkpointsMetadata = UndefineFlags(
      rawValue: VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA.rawValue)
    /// The firmware's variables.
    package static let nvram = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_NVRAM.rawValue)
    /// Keep the firmware's variables.
    package static let keepNVRAM = UndefineFlags(rawValue: VIR_DOMAIN_UNDEFINE_KEEP_NVRAM.rawValue)
    /// Keep the state of an emulated TPM; known since libvirt 8.9, and older headers have no name for it.
    package static let keepTPM = UndefineFlags(rawValue: 1 << 6)
  }

  /// Its description as a `<domain>` document.
  package func xml(_ flags: XMLFlags = .live) throws -> String {
    try text("virDomainGetXMLDesc") { unsafe virDomainGetXMLDesc($0, flags.rawValue) }
  }

  /// The description inside its saved state; throws `operationInvalid` or `operationFailed` if there is
  /// none, `noSupport` if the driver keeps none.
  package func managedSaveXML() throws -> String {
    try text("virDomainManagedSaveGetXMLDesc") { unsafe virDomainManagedSaveGetXMLDesc($0, 0) }
  }

  /// Discards its saved state.
  package func removeManagedSave() throws {
    try call("virDomainManagedSaveRemove") { unsafe virDomainManagedSaveRemove($0, 0) }
  }

  /// The descriptions of its snapshots, in no order; each `<domainsnapshot>` may hold a whole domain.
  package func snapshotsXML() throws -> [String] {
    try list("virDomainListAllSnapshots") {
      unsafe virDomainListAllSnapshots($0, $1, 0)
    } adopt: { snapshot in
      // SAFETY: the reference is ours, used once and given back.
      defer { unsafe virDomainSnapshotFree(snapshot) }
      return try unsafe ReturnCode.take(
        virDomainSnapshotGetXMLDesc(snapshot, 0), "virDomainSnapshotGetXMLDesc")
    }
  }

  /// Removes its definition; a running domain becomes transient.
  ///
  /// Throws `operationInvalid` if there is a saved state, snapshots or firmware variables that no flag names.
  package func undefine(_ flags: UndefineFlags = []) throws {
    try call("virDomainUndefineFlags") { unsafe virDomainUndefineFlags($0, flags.rawValue) }
  }
}
