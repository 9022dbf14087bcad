internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent, text that libvirt copies, and
// numbers.
extension Domain {
  /// Selects the descriptions of a domain that a call reads or changes.
  package struct Scope: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The live one if it runs, else the saved one.
    package static let current: Scope = []
    /// What runs now.
    package static let live = Scope(rawValue: VIR_DOMAIN_AFFECT_LIVE.rawValue)
    /// What is saved for the next start.
    package static let saved = Scope(rawValue: VIR_DOMAIN_AFFECT_CONFIG.rawValue)
  }

  /// The element kept under a namespace of ours; nil if there is none.
  package func metadata(namespace uri: String, scope: Scope = .current) throws -> String? {
    let function: StaticString = "virDomainGetMetadata"
    let uri = try ReturnCode.whole(uri, function)
    let element = Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue)
    do {
      return try text(function) { unsafe virDomainGetMetadata($0, element, uri, scope.rawValue) }
    } catch LibvirtError.Code.noDomainMetadata {
      return nil
    }
  }

  /// Stores one element under a namespace; nil removes it.
  ///
  /// `prefix` is the namespace's short name in the document. Throws `xmlError` or `xmlDetail` if the text is not an
  /// element.
  package func setMetadata(
    _ xml: String?, prefix: String, namespace uri: String, scope: Scope = .current
  ) throws {
    let function: StaticString = "virDomainSetMetadata"
    for argument in [xml, prefix, uri].compactMap({ $0 }) { _ = try ReturnCode.whole(argument, function) }
    let element = Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue)
    try call(function) { unsafe virDomainSetMetadata($0, element, xml, prefix, uri, scope.rawValue) }
  }

  /// Adds a device, described as in a `<domain>` document.
  package func attachDevice(xml: String, scope: Scope) throws {
    let xml = try ReturnCode.whole(xml, "virDomainAttachDeviceFlags")
    try call("virDomainAttachDeviceFlags") { unsafe virDomainAttachDeviceFlags($0, xml, scope.rawValue) }
  }

  /// Removes a device; a running guest must agree, and an event reports the removal.
  package func detachDevice(xml: String, scope: Scope) throws {
    let xml = try ReturnCode.whole(xml, "virDomainDetachDeviceFlags")
    try call("virDomainDetachDeviceFlags") { unsafe virDomainDetachDeviceFlags($0, xml, scope.rawValue) }
  }

  /// Changes a device, such as the medium in a drive.
  package func updateDevice(xml: String, scope: Scope) throws {
    let xml = try ReturnCode.whole(xml, "virDomainUpdateDeviceFlags")
    try call("virDomainUpdateDeviceFlags") { unsafe virDomainUpdateDeviceFlags($0, xml, scope.rawValue) }
  }
}
