/// The only arrows allowed between targets: what each may import. This is the table of the design, as built.
enum Architecture {
  /// What a target may import.
  struct Arrows {
    /// Modules of this package and of its dependencies, just as `Package.swift` has them.
    let modules: Set<String>
    /// Modules of the system and of Swift's toolchain beyond the standard library itself.
    let system: Set<String>

    init(_ modules: Set<String>, system: Set<String> = []) {
      self.modules = modules
      self.system = system
    }
  }

  /// The C library by its names on Linux and elsewhere.
  private static let libc: Set<String> = ["Glibc", "Darwin"]
  /// What the parts that do something may use of the system.
  private static let whole: Set<String> = libc.union(["Foundation", "Synchronization", "Dispatch"])

  static let mains: Set<String> = ["roost", "roost-agent", "roost-coordinator"]

  /// The system libraries, which have no Swift of their own.
  static let systemLibraries: Set<String> = ["CLibvirt", "CLibxml2", "COpenSSL"]

  static let table: [String: Arrows] = [
    // What knows one thing.
    "Libvirt": Arrows(["CLibvirt"], system: libc.union(["Synchronization"])),
    "DomainXML": Arrows(["CLibxml2"]),
    "PKI": Arrows(["COpenSSL"], system: libc),
    "Fleet": Arrows([]),
    "Scheduling": Arrows(["Fleet"]),
    "RoostProto": Arrows(
      ["GRPCCore", "GRPCProtobuf", "SwiftProtobuf"], system: ["Foundation", "FoundationEssentials"]),
    "RoostAPI": Arrows(["Fleet", "RoostProto", "GRPCCore", "SwiftProtobuf"], system: ["Synchronization"]),
    "LogOutput": Arrows(["Fleet", "Logging"]),
    "Platform": Arrows(["Fleet", "ArgumentParser"], system: libc),
    // The parts.
    "Store": Arrows(["Fleet", "Platform", "GRDB", "GRDBSQLite"], system: whole),
    "Agent": Arrows(
      [
        "Fleet", "Platform", "RoostAPI", "RoostProto", "Libvirt", "DomainXML", "PKI", "GRPCCore",
        "GRPCNIOTransportHTTP2Posix", "NIOCore", "NIOSSL", "SwiftProtobuf", "ServiceLifecycle", "Logging", "TOMLKit",
        "Subprocess",
      ], system: whole),
    "Coordinator": Arrows(
      [
        "Fleet", "Platform", "Scheduling", "Store", "RoostAPI", "RoostProto", "PKI", "DomainXML", "GRPCCore",
        "GRPCNIOTransportHTTP2Posix", "NIOCore", "NIOSSL", "NIOHTTP2", "NIOHPACK", "NIOCertificateReloading",
        "SwiftProtobuf", "ServiceLifecycle", "Logging", "Subprocess", "X509", "SwiftASN1",
      ], system: whole),
    "Web": Arrows(["Fleet", "Hummingbird", "ServiceLifecycle", "Logging"]),
    "RoostCommands": Arrows(
      [
        "Fleet", "Platform", "RoostAPI", "RoostProto", "Scheduling", "GRPCCore", "GRPCNIOTransportHTTP2Posix", "NIOSSL",
        "SwiftProtobuf", "ArgumentParser", "Yams", "TOMLKit", "Rainbow",
      ], system: whole),
    // Mains: configuration, wiring, ServiceGroup.
    "roost": Arrows(["RoostCommands", "Fleet", "Platform"], system: whole),
    "roost-agent": Arrows(
      ["Agent", "Fleet", "Platform", "LogOutput", "ArgumentParser", "ServiceLifecycle", "UnixSignals", "Logging"],
      system: whole),
    "roost-coordinator": Arrows(
      [
        "Coordinator", "Web", "Fleet", "Platform", "Store", "LogOutput", "ArgumentParser", "ServiceLifecycle",
        "UnixSignals", "Logging",
      ],
      system: whole),
    // What tests share.
    "FleetTestKit": Arrows(["Fleet"], system: ["Synchronization"]),
    "SimulationKit": Arrows(
      [
        "Fleet", "FleetTestKit", "Agent", "Coordinator", "Store", "RoostAPI", "RoostProto", "PKI", "GRPCCore",
        "GRPCNIOTransportHTTP2Posix", "SwiftProtobuf", "Logging", "NIOCore",
      ], system: whole),
    "BenchFleet": Arrows(["SimulationKit", "Fleet", "Platform", "ArgumentParser"], system: whole),
    "FuzzKit": Arrows(
      ["Fleet", "DomainXML", "RoostAPI", "RoostProto", "Agent", "Coordinator", "RoostCommands", "SwiftProtobuf"]),
    "Fuzz": Arrows(["FuzzKit"], system: whole),
  ]

  /// What every test may import besides its target's dependencies.
  static let testing: Set<String> = whole.union(["Testing"])

  /// What stands at the top of the tree, and nothing else.
  static let topLevel: Set<String> = ["Package.swift", "Sources", "Tests", "deploy", "proto", "README.md", "LICENSE"]
}
