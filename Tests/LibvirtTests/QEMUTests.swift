import Foundation
import Testing

@testable import Libvirt

/// What the test driver cannot show, against the libvirt that `ROOST_TEST_LIBVIRT_URI` names.
///
/// Starts transient domains with emulated processors and neither disk nor network, and stops them again.
@Suite(
  "A real libvirtd with QEMU",
  .enabled(if: ProcessInfo.processInfo.environment["ROOST_TEST_LIBVIRT_URI"] != nil))
struct QEMUTests {
  private func open() throws -> Connection {
    let uri = try #require(ProcessInfo.processInfo.environment["ROOST_TEST_LIBVIRT_URI"])
    return try Connection.open(uri: uri)
  }

  /// Starts a domain whose firmware speaks on the serial console, and stops it after the body.
  private func withDomain(
    of connection: Connection, _ flags: Domain.StartFlags = [], _ body: (Domain) async throws -> Void
  ) async throws {
    let name = "roost-test-\(UUID().uuidString.prefix(8).lowercased())"
    let domain = try connection.createTransient(
      xml: """
        <domain type='qemu'>
          <name>\(name)</name>
          <memory unit='MiB'>64</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64'>hvm</type><bios useserial='yes'/></os>
          <devices><serial type='pty'/><console type='pty'/></devices>
        </domain>
        """, flags)
    // Gone already if the body stopped it.
    defer { try? domain.destroy() }
    try await body(domain)
  }

  @Test("the host tells of its emulators")
  func host() throws {
    let connection = try open()
    #expect(try connection.hypervisorType() == "QEMU")
    #expect(try connection.hypervisorVersion() > Version(major: 4, minor: 0, release: 0))
    #expect(try connection.libvirtVersion() > Version(major: 7, minor: 0, release: 0))
    #expect(try connection.setKeepAlive(intervalSeconds: 5, count: 3))
    #expect(try connection.domainCapabilitiesXML(arch: "x86_64", virtType: "qemu").contains("<domainCapabilities>"))
    let error = try #require(throws: LibvirtError.self) {
      try connection.domainCapabilitiesXML(emulator: "/nonexistent", arch: "x86_64")
    }
    #expect(error.function == "virConnectGetDomainCapabilities")
    let info = try connection.nodeInfo()
    #expect(info.cpus > 0)
    #expect(try connection.cpuMap().online.count == info.cpus)
    #expect(try connection.freeMemoryBytes() < info.memoryBytes)
    #expect(try connection.freePages(pageKibibytes: [4], nodes: info.nodes).first?.countByNode.count == info.nodes)
  }

  @Test("a domain started with held processors is paused until somebody lets them go")
  func startPaused() async throws {
    let connection = try open()
    try await withDomain(of: connection, .paused) { domain in
      #expect(try domain.status().state == .paused)
      try domain.resume()
      #expect(try domain.status().state == .running)
      let error = try #require(throws: LibvirtError.self) { try domain.create() }
      #expect(error.code == .operationInvalid)
    }
  }

  @Test("a running domain has statistics, events of every kind can be told")
  func statistics() async throws {
    let connection = try open()
    let subscription = try connection.subscribe()
    #expect(subscription.unsupported.isEmpty)
    try await withDomain(of: connection) { domain in
      let identity = domain.identity
      let seen = await events(of: subscription.events) { event in
        if case .domainLifecycle(identity, let life) = event { life.change == .started } else { false }
      }
      #expect(!seen.isEmpty)
      let stats = try #require(
        try connection.allDomainStats().first { $0.identity == identity })
      #expect(stats.status?.state == .running)
      #expect(stats.balloonMaximumBytes == 64 << 20)
      #expect(try #require(stats.residentBytes) > 1 << 20)
      #expect(try #require(stats.cpuTimeNanoseconds) > 0)
      #expect(stats.vcpus == 1)
    }
    let seen = await events(of: subscription.events) { event in
      if case .domainLifecycle(_, let life) = event { life.change == .stopped } else { false }
    }
    #expect(!seen.isEmpty)
  }

  @Test("a console speaks, takes input, and frees its reader when another thread ends it")
  func console() async throws {
    let connection = try open()
    let pool = try CallPool(name: "t-console", clock: ContinuousClock())
    try await withDomain(of: connection) { domain in
      let console = try domain.openConsole(force: true)
      // The firmware greets by name.
      try await pool.run("greeting", within: .seconds(60)) {
        var text = ""
        while !text.contains("SeaBIOS"), let bytes = try console.receive(maxBytes: 512) {
          text += String(decoding: bytes, as: UTF8.self)
        }
        #expect(text.contains("SeaBIOS"))
      }
      let reader = Task {
        try await pool.run("reader", within: .seconds(60)) {
          while try console.receive() != nil {}
        }
      }
      try await pool.run("sender", within: .seconds(60)) {
        try console.send(Array("hello\r".utf8))
      }
      // A second user is refused, unless it insists.
      await #expect(throws: LibvirtError.self) {
        try await pool.run("second") { _ = try domain.openConsole() }
      }
      try await pool.run("abort", within: .seconds(60)) { try console.abort() }
      try await reader.value
      #expect(try console.receive() == nil)
      #expect(throws: LibvirtError.self) { try console.send([1]) }
    }
  }

  @Test("a console ends when its domain does")
  func consoleEnds() async throws {
    let connection = try open()
    let pool = try CallPool(name: "t-console", clock: ContinuousClock())
    try await withDomain(of: connection) { domain in
      let console = try domain.openConsole(force: true)
      let reader = Task {
        try await pool.run("reader", within: .seconds(60)) {
          while try console.receive() != nil {}
        }
      }
      try domain.destroy()
      try await reader.value
    }
  }

  @Test("a console leaves nothing behind, however it ends")
  func consoleFreed() async throws {
    let connection = try open()
    try await withDomain(of: connection) { domain in
      for round in 0..<12 {
        weak var signal: ConsoleSignal?
        do {
          let console = try domain.openConsole(force: true)
          signal = console.signal
          switch round % 3 {
          case 0: try console.abort()
          case 1: try console.finish()
          default: break
          }
        }
        #expect(await eventually { signal == nil })
      }
    }
  }

  @Test("a pool is found by its directory, and its images are listed")
  func pool() throws {
    let connection = try open()
    let name = "roost-test-\(UUID().uuidString.prefix(8).lowercased())"
    let directory = FileManager.default.temporaryDirectory.appending(path: name).path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let pool = try connection.defineStoragePool(
      xml: "<pool type='dir'><name>\(name)</name><target><path>\(directory)</path></target></pool>")
    defer { try? pool.undefine() }
    try pool.create()
    defer { try? pool.destroy() }
    #expect(try pool.volumes().isEmpty)
    try Data(count: 1 << 20).write(to: URL(filePath: "\(directory)/a.img"))
    try pool.refresh()
    let volume = try #require(try pool.volumes().first)
    #expect(volume.name == "a.img")
    #expect(volume.path == "\(directory)/a.img")
    #expect(volume.capacityBytes == 1 << 20)
    #expect(try connection.storagePool(targetPath: directory).identity == pool.identity)
    let error = try #require(throws: LibvirtError.self) {
      try connection.storagePool(targetPath: "/nonexistent")
    }
    #expect(error.code == .noStoragePool)
  }
}
