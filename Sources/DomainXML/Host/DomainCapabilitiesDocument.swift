/// libvirt's `<domainCapabilities>` document: what one emulator can do with one machine type.
///
/// Corresponds to `virConnectGetDomainCapabilities`, https://libvirt.org/formatdomaincaps.html
package struct DomainCapabilitiesDocument: Hashable, Sendable {
  /// The emulator's path on the host.
  package let emulator: String
  /// What runs the guests.
  package let type: DomainType
  /// The machine type, without alias; nil if not stated.
  package let machine: String?
  /// Such as `x86_64`.
  package let architecture: String
  /// The most virtual processors; nil if not stated.
  package let maxVCPUs: Int?
  /// Kinds of firmware libvirt can choose by itself, such as `efi`.
  package let firmwares: [String]
  /// Firmware files it knows of.
  package let loaderPaths: [String]
  /// The ways to choose a processor that work on this host.
  package let cpuModes: [CPUMode]
  /// The model behind `host-model`; nil if that does not work here.
  package let hostModel: String?
  /// Named models that run on this host.
  package let usableModels: [String]
  /// How disks can be attached.
  package let diskBuses: [DiskBus]
  /// What disks can look like.
  package let diskDevices: [DiskDevice]
  /// The graphics servers there are; empty if none.
  package let graphics: [GraphicsKind]
  /// The video models there are.
  package let videoModels: [String]
  /// Whether firmware can be kept from being written by guests, which secure boot needs.
  package let offersSecureBoot: Bool
  /// What can be behind a TPM; empty if there is none.
  package let tpmBackends: [String]
  /// The TPM models there are.
  package let tpmModels: [String]
  /// How directories of the host can be shared.
  package let filesystemDrivers: [String]
  /// Where random numbers can come from.
  package let randomBackends: [String]
  /// What guest memory can be made of; empty if libvirt does not say.
  package let memorySources: [String]
  /// The ways to encrypt a guest's memory, such as `sev`.
  package let launchSecurity: [String]

  /// Reads the document. Throws what ``XMLDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot(["domainCapabilities"])
    let root = document.root
    emulator = try DomainCapabilitiesDocument.required("path", in: root)
    type = DomainType(rawValue: try DomainCapabilitiesDocument.required("domain", in: root))
    architecture = try DomainCapabilitiesDocument.required("arch", in: root)
    machine = root.child(named: "machine")?.trimmedText
    maxVCPUs = root.child(named: "vcpu")?.number("max")
    let os = root.child(named: "os")
    firmwares = DomainCapabilitiesDocument.words("firmware", in: os)
    loaderPaths = os?.child(named: "loader")?.children(named: "value").compactMap(\.trimmedText) ?? []
    let modes = root.child(named: "cpu")?.children(named: "mode").filter { $0.isYes("supported") } ?? []
    cpuModes = modes.compactMap { $0.attribute("name").map(CPUMode.init(rawValue:)) }
    hostModel = modes.first { $0.attribute("name") == "host-model" }?.child(named: "model")?.trimmedText
    usableModels =
      modes.first { $0.attribute("name") == "custom" }?.children(named: "model")
      .filter { $0.isYes("usable") }.compactMap(\.trimmedText) ?? []
    let devices = root.child(named: "devices")
    let disk = DomainCapabilitiesDocument.supported("disk", in: devices)
    diskBuses = DomainCapabilitiesDocument.words("bus", in: disk).map(DiskBus.init(rawValue:))
    diskDevices = DomainCapabilitiesDocument.words("diskDevice", in: disk).map(DiskDevice.init(rawValue:))
    graphics = DomainCapabilitiesDocument.words(
      "type", in: DomainCapabilitiesDocument.supported("graphics", in: devices)
    ).map(GraphicsKind.init(rawValue:))
    videoModels = DomainCapabilitiesDocument.words(
      "modelType", in: DomainCapabilitiesDocument.supported("video", in: devices))
    offersSecureBoot = DomainCapabilitiesDocument.words("secure", in: os?.child(named: "loader")).contains("yes")
    let tpm = DomainCapabilitiesDocument.supported("tpm", in: devices)
    tpmBackends = DomainCapabilitiesDocument.words("backendModel", in: tpm)
    tpmModels = DomainCapabilitiesDocument.words("model", in: tpm)
    filesystemDrivers = DomainCapabilitiesDocument.words(
      "driverType", in: DomainCapabilitiesDocument.supported("filesystem", in: devices))
    randomBackends = DomainCapabilitiesDocument.words(
      "backendModel", in: DomainCapabilitiesDocument.supported("rng", in: devices))
    memorySources = DomainCapabilitiesDocument.words(
      "sourceType", in: DomainCapabilitiesDocument.supported("memoryBacking", in: root))
    let features = root.child(named: "features")
    launchSecurity = ["sev", "s390-pv"].filter { DomainCapabilitiesDocument.supported($0, in: features) != nil }
  }

  private static func required(_ name: String, in root: XMLElement) throws(DomainXMLError) -> String {
    guard let text = root.child(named: name)?.trimmedText else {
      throw DomainXMLError(
        .missing, line: root.line, element: name, "the domain capabilities have no <\(name)>")
    }
    return text
  }

  /// The child element if it is there and works.
  private static func supported(_ name: String, in element: XMLElement?) -> XMLElement? {
    element?.child(named: name).flatMap { $0.isYes("supported") ? $0 : nil }
  }

  /// The values of `<enum name>`.
  private static func words(_ name: String, in element: XMLElement?) -> [String] {
    element?.children(named: "enum").first { $0.attribute("name") == name }?
      .children(named: "value").compactMap(\.trimmedText) ?? []
  }
}
