// swift-tools-version: 6.2
import PackageDescription

// A target exists only where it lets us forbid an import. The arrows below are the only ones allowed;
// `Tests/TidyTests` checks what the compiler's explicit-import check misses.

/// Settings of every hand-written target.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Settings of the targets that touch C.
let strictC: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Settings of generated code, which we neither write nor correct.
let generated: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]

let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport: Target.Dependency = .product(
  name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioReloading: Target.Dependency = .product(name: "NIOCertificateReloading", package: "swift-nio-extras")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let rainbow: Target.Dependency = .product(name: "Rainbow", package: "Rainbow")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")

let package = Package(
  name: "roost",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "roost", targets: ["roost"]),
    .executable(name: "roost-agent", targets: ["roost-agent"]),
    .executable(name: "roost-coordinator", targets: ["roost-coordinator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/onevcat/Rainbow", exact: "4.2.2"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
    .systemLibrary(name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

    // What knows one thing.
    .target(name: "Libvirt", dependencies: ["CLibvirt"], swiftSettings: strictC),
    .target(name: "DomainXML", dependencies: ["CLibxml2"], swiftSettings: strictC),
    .target(name: "PKI", dependencies: ["COpenSSL"], swiftSettings: strictC),
    .target(name: "Fleet", swiftSettings: strict),
    .target(name: "Scheduling", dependencies: ["Fleet"], swiftSettings: strict),
    .target(
      name: "RoostProto", dependencies: [grpcCore, grpcProtobuf, protobuf], swiftSettings: generated),
    .target(
      name: "RoostAPI", dependencies: ["Fleet", "RoostProto", grpcCore, protobuf], swiftSettings: strict),

    .target(name: "LogOutput", dependencies: ["Fleet", logging], swiftSettings: strict),
    .target(name: "Platform", dependencies: ["Fleet", arguments], swiftSettings: strictC),

    // The parts.
    .target(name: "Store", dependencies: ["Fleet", "Platform", grdb, sqlite], swiftSettings: strict),
    .target(
      name: "Agent",
      dependencies: [
        "Fleet", "Platform", "RoostAPI", "RoostProto", "Libvirt", "DomainXML", "PKI",
        grpcCore, grpcTransport, nio, nioTLS, protobuf, lifecycle, logging, toml, subprocess,
      ], swiftSettings: strict),
    .target(
      name: "Coordinator",
      dependencies: [
        "Fleet", "Platform", "Scheduling", "Store", "RoostAPI", "RoostProto", "PKI", "DomainXML",
        grpcCore, grpcTransport, nio, nioTLS, nioHTTP2, nioHPACK, nioReloading, protobuf, lifecycle, logging,
        subprocess, x509, asn1,
      ], swiftSettings: strict),
    .target(name: "Web", dependencies: ["Fleet", hummingbird, lifecycle, logging], swiftSettings: strict),
    .target(
      name: "RoostCommands",
      dependencies: [
        "Fleet", "Platform", "RoostAPI", "RoostProto", "Scheduling",
        grpcCore, grpcTransport, nioTLS, protobuf, arguments, yams, toml, rainbow,
      ], swiftSettings: strict),

    // Mains: configuration, wiring, ServiceGroup.
    .executableTarget(name: "roost", dependencies: ["RoostCommands", "Fleet", "Platform"], swiftSettings: strict),
    .executableTarget(
      name: "roost-agent",
      dependencies: ["Agent", "Fleet", "Platform", "LogOutput", arguments, lifecycle, unixSignals, logging],
      swiftSettings: strict),
    .executableTarget(
      name: "roost-coordinator",
      dependencies: [
        "Coordinator", "Web", "Fleet", "Platform", "Store", "LogOutput", arguments, lifecycle, unixSignals, logging,
      ],
      swiftSettings: strict),

    // Tests.
    .target(name: "FleetTestKit", dependencies: ["Fleet"], path: "Tests/FleetTestKit", swiftSettings: strict),
    .target(
      name: "SimulationKit",
      dependencies: [
        "Fleet", "FleetTestKit", "Agent", "Coordinator", "Store", "RoostAPI", "RoostProto", "PKI",
        grpcCore, grpcTransport, protobuf, logging, nio,
      ], path: "Tests/SimulationKit", swiftSettings: strict),
    // What `deploy/bench-fleet` runs.
    .executableTarget(
      name: "BenchFleet", dependencies: ["SimulationKit", "Fleet", "Platform", arguments], path: "Tests/BenchFleet",
      swiftSettings: strict),
    .target(
      name: "FuzzKit",
      dependencies: [
        "Fleet", "DomainXML", "RoostAPI", "RoostProto", "Agent", "Coordinator", "RoostCommands", protobuf,
      ], path: "Tests/FuzzKit", swiftSettings: strict),
    // `swift build --sanitize fuzzer` makes a fuzzer of it; without, it only names its targets.
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzKit"], path: "Tests/Fuzz", swiftSettings: strict,
      // libFuzzer brings a main function too; ours is first, and calls its driver.
      linkerSettings: [
        .unsafeFlags(["-Xlinker", "--export-dynamic", "-Xlinker", "-z", "-Xlinker", "muldefs"])
      ]),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzKit"], exclude: ["Corpus"], swiftSettings: strict),
    .testTarget(name: "LibvirtTests", dependencies: ["Libvirt"], swiftSettings: strict),
    .testTarget(
      name: "DomainXMLTests", dependencies: ["DomainXML"], resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(name: "PKITests", dependencies: ["PKI"], swiftSettings: strict),
    .testTarget(name: "FleetTests", dependencies: ["Fleet"], swiftSettings: strict),
    .testTarget(
      name: "SchedulingTests", dependencies: ["Scheduling", "Fleet", "FleetTestKit"], exclude: ["Scenarios/Stories"],
      swiftSettings: strict),
    .testTarget(name: "StoreTests", dependencies: ["Store", "Fleet", "FleetTestKit", grdb], swiftSettings: strict),
    .testTarget(
      name: "RoostAPITests", dependencies: ["RoostAPI", "RoostProto", "Fleet", "FleetTestKit", grpcCore, protobuf],
      swiftSettings: strict),
    .testTarget(
      name: "AgentTests",
      dependencies: [
        "Agent", "DomainXML", "Libvirt", "Fleet", "Platform", "FleetTestKit", "SimulationKit", "RoostAPI", "RoostProto",
        "PKI", grpcCore, grpcTransport, protobuf, logging,
      ], swiftSettings: strict),
    .testTarget(
      name: "CoordinatorTests",
      dependencies: [
        "Coordinator", "Fleet", "FleetTestKit", "SimulationKit", "Store", "RoostAPI", "RoostProto", "PKI", "Scheduling",
        grpcCore, grpcTransport, protobuf, logging, nio, nioEmbedded,
      ], swiftSettings: strict),
    .testTarget(
      name: "RoostCommandsTests",
      dependencies: [
        "RoostCommands", "Fleet", "Platform", "FleetTestKit", "RoostAPI", "RoostProto", "Scheduling", grpcCore,
        grpcTransport, protobuf,
      ], swiftSettings: strict),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "Fleet", "FleetTestKit", "SimulationKit", arguments],
      swiftSettings: strict),
    .testTarget(name: "LogOutputTests", dependencies: ["LogOutput", logging], swiftSettings: strict),
    .testTarget(name: "WebTests", dependencies: ["Web", "Fleet", "FleetTestKit", logging], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "SimulationKit", "Agent", "Coordinator", "Fleet", "FleetTestKit", "Store", "RoostAPI", "RoostProto", "PKI",
        grpcCore, protobuf, logging,
      ], swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ]
)
