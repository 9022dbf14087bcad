internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent, text that libvirt copies, and
// numbers; every reference libvirt returns goes straight to the `Domain` that owns it.
extension Connection {
  /// Which domains to list; corresponds to `virConnectListAllDomainsFlags`.
  ///
  /// Flags of one pair widen, flags of different pairs narrow; none at all lists every domain.
  package struct DomainFilter: OptionSet, Sendable {
    /// libvirt's bits.
    package let rawValue: UInt32

    /// Takes libvirt's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ flag: virConnectListAllDomainsFlags) { rawValue = flag.rawValue }

    /// Every domain.
    package static let all: DomainFilter = []
    /// Those that run, paused or not.
    package static let active = DomainFilter(VIR_CONNECT_LIST_DOMAINS_ACTIVE)
    /// Those that are off.
    package static let inactive = DomainFilter(VIR_CONNECT_LIST_DOMAINS_INACTIVE)
    /// Those with a saved definition.
    package static let persistent = DomainFilter(VIR_CONNECT_LIST_DOMAINS_PERSISTENT)
    /// Those that vanish when they stop.
    package static let transient = DomainFilter(VIR_CONNECT_LIST_DOMAINS_TRANSIENT)
    /// Those with a saved state.
    package static let managedSave = DomainFilter(VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)
    /// Those that start with the host.
    package static let autostart = DomainFilter(VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
    /// Those with snapshots.
    package static let hasSnapshot = DomainFilter(VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT)
  }

  /// The domains that match a filter, in no order.
  package func domains(_ filter: DomainFilter = .all) throws -> [Domain] {
    try list("virConnectListAllDomains") {
      unsafe virConnectListAllDomains($0, $1, filter.rawValue)
    } adopt: {
      try unsafe Domain(owning: $0, of: self)
    }
  }

  /// The domain of a name; throws `noDomain`.
  package func domain(named name: String) throws -> Domain {
    let name = try ReturnCode.whole(name, "virDomainLookupByName")
    return try domain("virDomainLookupByName") { unsafe virDomainLookupByName($0, name) }
  }

  /// The domain of a UUID in text form; throws `noDomain`, or `invalidArgument` if the text is not a UUID.
  package func domain(uuid: String) throws -> Domain {
    let uuid = try ReturnCode.whole(uuid, "virDomainLookupByUUIDString")
    return try domain("virDomainLookupByUUIDString") { unsafe virDomainLookupByUUIDString($0, uuid) }
  }

  /// Saves a definition, or changes the one of the same UUID, without touching what runs.
  ///
  /// With `validate`, the document must also fit libvirt's schema. Throws `xmlError`, `xmlDetail`,
  /// `configUnsupported`, `operationFailed` if the name belongs to another UUID.
  package func define(xml: String, validate: Bool = false) throws -> Domain {
    let flags = validate ? VIR_DOMAIN_DEFINE_VALIDATE.rawValue : 0
    let xml = try ReturnCode.whole(xml, "virDomainDefineXMLFlags")
    return try domain("virDomainDefineXMLFlags") { unsafe virDomainDefineXMLFlags($0, xml, flags) }
  }

  /// Starts a transient domain, which has no saved definition.
  package func createTransient(xml: String, _ flags: Domain.StartFlags = []) throws -> Domain {
    let xml = try ReturnCode.whole(xml, "virDomainCreateXML")
    return try domain("virDomainCreateXML") { unsafe virDomainCreateXML($0, xml, flags.rawValue) }
  }

  @safe private func domain(
    _ function: StaticString, _ body: (OpaquePointer) -> OpaquePointer?
  ) throws -> Domain {
    try withPointer { try unsafe Domain(owning: ReturnCode.check(body($0), function), of: self) }
  }
}
