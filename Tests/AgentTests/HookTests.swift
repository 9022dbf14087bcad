import Fleet
import FleetTestKit
import Foundation
import Logging
import RoostProto
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("libvirt's hook", .serialized)
struct HookTests {
  /// A judge that says what it is told to, and remembers what it was asked.
  private final class Judge: StartJudge {
    private let asked = Mutex<[DomainStart]>([])
    private let answer: @Sendable (DomainStart) async throws -> StartVerdict

    init(_ answer: @escaping @Sendable (DomainStart) async throws -> StartVerdict) { self.answer = answer }

    var starts: [DomainStart] { asked.withLock { $0 } }

    func judge(_ start: DomainStart) async throws -> StartVerdict {
      asked.withLock { $0.append(start) }
      return try await answer(start)
    }
  }

  private static let document = """
    <domain type='qemu'><name>pet</name><uuid>00000000-0000-4000-8000-000000000001</uuid>
    <memory>1024</memory><os><type arch='x86_64'>hvm</type></os><devices>
    <disk type='file' device='disk'><source file='/images/pet.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:5d:aa:a8'/><source network='default' bridge='virbr0'/></interface>
    <graphics type='vnc' port='5907' autoport='no'/></devices></domain>
    """

  /// Milliseconds, as the hook's program counts them.
  private static let stopwatch: @Sendable () -> Int64 = {
    Int64(ProcessInfo.processInfo.systemUptime * 1000)
  }

  /// Runs `body` while an agent serves the socket.
  private static func served(
    by judge: Judge, in directory: TemporaryDirectory, _ body: (String) async throws -> Void
  ) async throws {
    let path = directory.path + "/hook.sock"
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let environment = AgentEnvironment(
      wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))
    let server = HookServer(
      path: path, responder: HookResponder(judge: judge, environment: environment, logger: logger), logger: logger,
      stopwatch: stopwatch)
    let serving = Task { await server.run() }
    try await eventually("the socket is there") { FileManager.default.fileExists(atPath: path) }
    do {
      try await body(path)
    } catch {
      serving.cancel()
      await serving.value
      throw error
    }
    serving.cancel()
    await serving.value
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// Asks as the hook's program does, on a thread of its own.
  private static func ask(
    _ socket: String, operation: String = "prepare", document: String = document
  ) async throws -> (outcome: HookCall.Outcome, milliseconds: Int64) {
    // A hook that has seen enough closes the pipe on whoever still writes.
    signal(SIGPIPE, SIG_IGN)
    let (reader, writer) = (Pipe(), Data(document.utf8))
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let feeding = reader.fileHandleForWriting
        Thread.detachNewThread {
          try? feeding.write(contentsOf: writer)
          try? feeding.close()
        }
        let begin = stopwatch()
        let outcome = HookCall(socket: socket, stopwatch: stopwatch)
          .ask(name: "pet", operation: operation, input: reader.fileHandleForReading.fileDescriptor)
        continuation.resume(returning: (outcome, stopwatch() - begin))
      }
    }
  }

  @Test("the judge hears UUID, addresses, port and disks; its word reaches libvirt's user")
  func words() async throws {
    let directory = try TemporaryDirectory()
    let judge = Judge { _ in StartVerdict(.refuse, sentence: "MAC 52:54:00:5d:aa:a8 belongs to \"web-1\"") }
    try await Self.served(by: judge, in: directory) { socket in
      let answer = try await Self.ask(socket)
      #expect(answer.outcome == .init(exitCode: 1, sentence: "MAC 52:54:00:5d:aa:a8 belongs to \"web-1\""))
      let start = try #require(judge.starts.first)
      #expect(start.id.description == "00000000-0000-4000-8000-000000000001")
      #expect(start.nics.map(\.mac) == [MACAddress("52:54:00:5d:aa:a8")])
      #expect(start.nics.map(\.network) == ["default"] && start.nics.map(\.bridge) == ["virbr0"])
      #expect(start.ports == [5907] && start.disks == ["/images/pet.qcow2"] && !start.isIncoming)
    }
  }

  @Test("who may open the socket is its owner, and root")
  func mode() async throws {
    let directory = try TemporaryDirectory()
    try await Self.served(by: Judge { _ in StartVerdict(.allow) }, in: directory) { socket in
      let attributes = try FileManager.default.attributesOfItem(atPath: socket)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("an arrival by migration is told to the judge once")
  func migration() async throws {
    let directory = try TemporaryDirectory()
    let judge = Judge { _ in StartVerdict(.allow) }
    try await Self.served(by: judge, in: directory) { socket in
      #expect(try await Self.ask(socket, operation: "migrate").outcome.exitCode == 0)
      _ = try await Self.ask(socket)
      _ = try await Self.ask(socket)
      #expect(judge.starts.map(\.isIncoming) == [true, false])
    }
  }

  @Test("without an agent the word by the socket holds; without a word the domain starts")
  func absentAgent() async throws {
    let directory = try TemporaryDirectory()
    let socket = directory.path + "/hook.sock"
    #expect(try await Self.ask(socket).outcome.exitCode == 0)
    try HookFallbackFile.leave(.failClosed, beside: socket)
    let closed = try await Self.ask(socket)
    #expect(closed.outcome.exitCode == 1)
    #expect(closed.outcome.sentence.contains("roost policy set unanswered=fail-open"))
    // What the sentence says to type works while nobody is there.
    #expect(closed.outcome.sentence.contains("echo fail-open >\(socket).unanswered"))
    #expect(closed.milliseconds < 1000)
    try HookFallbackFile.leave(.failOpen, beside: socket)
    #expect(try await Self.ask(socket).outcome.exitCode == 0)
  }

  @Test("a judge without an answer ends, in time, in the word beside the socket")
  func slowJudge() async throws {
    let directory = try TemporaryDirectory()
    let judge = Judge { _ in
      try await Task.sleep(for: .seconds(60))
      return StartVerdict(.allow)
    }
    try await Self.served(by: judge, in: directory) { socket in
      try HookFallbackFile.leave(.failClosed, beside: socket)
      let closed = try await Self.ask(socket)
      #expect(closed.outcome.exitCode == 1)
      #expect(closed.milliseconds < 1000)
      try HookFallbackFile.leave(.failOpen, beside: socket)
      #expect(try await Self.ask(socket).outcome.exitCode == 0)
    }
    let nobody = Judge { _ in throw FleetError(.unreachable, "the coordinator is not connected") }
    try await Self.served(by: nobody, in: directory) { socket in
      try HookFallbackFile.leave(.failClosed, beside: socket)
      let closed = try await Self.ask(socket)
      #expect(closed.outcome.exitCode == 1)
      #expect(closed.outcome.sentence.contains("the coordinator is not connected"))
    }
  }

  @Test("a peer that takes the call and says nothing, or garbage, holds nobody up")
  func silentPeer() async throws {
    for reply in [nil, [0, 0, 0, 2, 0x7B, 0x7D], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0]] as [[UInt8]?] {
      let directory = try TemporaryDirectory()
      let path = directory.path + "/hook.sock"
      let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(listener) }
      #expect(try UnixAddress(path).with { bind(listener, $0, $1) } == 0)
      #expect(listen(listener, 4) == 0)
      Thread.detachNewThread {
        let peer = accept(listener, nil, nil)
        if let reply { _ = reply.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
        _ = poll(nil, 0, 2000)
        close(peer)
      }
      let answer = try await Self.ask(path)
      #expect(answer.outcome.exitCode == 0)
      // The bound is 400 ms; a machine at work may be late with the clock.
      #expect(answer.milliseconds < 1000, "\(String(describing: reply))")
    }
  }

  @Test("a document that is none, or too large, is judged by nobody")
  func badDocuments() async throws {
    let directory = try TemporaryDirectory()
    let judge = Judge { _ in StartVerdict(.allow) }
    try await Self.served(by: judge, in: directory) { socket in
      try HookFallbackFile.leave(.failClosed, beside: socket)
      for document in ["", "no document", "<domain/>", String(repeating: "x", count: 2 << 20)] {
        #expect(try await Self.ask(socket, document: document).outcome.exitCode == 1)
      }
      #expect(judge.starts.isEmpty)
      #expect(try await Self.ask(socket).outcome.exitCode == 0)
    }
  }

  @Test("peers that say garbage or nothing leave the agent in service")
  func badPeers() async throws {
    let directory = try TemporaryDirectory()
    try await Self.served(by: Judge { _ in StartVerdict(.allow) }, in: directory) { path in
      for bytes in [[], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 3, 1, 2, 3], [0, 0]] as [[UInt8]] {
        let peer = try HookSocket.connect(to: path, by: Self.stopwatch() + 1000, Self.stopwatch)
        try peer.write(bytes, by: Self.stopwatch() + 1000)
      }
      #expect(try await Self.ask(path).outcome.exitCode == 0)
    }
  }

  @Test("twenty at a time are all answered")
  func many() async throws {
    let directory = try TemporaryDirectory()
    let judge = Judge { _ in StartVerdict(.refuse, sentence: "no") }
    try await Self.served(by: judge, in: directory) { socket in
      let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
        for _ in 0..<20 { group.addTask { try await Self.ask(socket).outcome.exitCode } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes == [Int32](repeating: 1, count: 20))
    }
  }

  @Test("a pipe or a link in the word's place holds nobody up, and says nothing")
  func pipeForWord() async throws {
    for isPipe in [true, false] {
      let directory = try TemporaryDirectory()
      let socket = directory.path + "/hook.sock"
      let place = HookFallbackFile.path(beside: socket)
      try directory.write("word", "fail-closed\n")
      #expect(isPipe ? mkfifo(place, 0o600) == 0 : symlink(directory.path + "/word", place) == 0)
      #expect(HookFallbackFile.rule(beside: socket) == .failOpen)
      // An agent's program that comes to no answer leaves the rest to the script.
      try directory.write("agent", "#!/bin/sh\nexit 7\n")
      #expect(chmod(directory.path + "/agent", 0o755) == 0)
      try directory.write("hook", HookScript(program: directory.path + "/agent", socket: socket).text)
      #expect(try await Self.status(ofScript: directory.path + "/hook") == 0)
      unlink(place)
      try HookFallbackFile.leave(.failClosed, beside: socket)
      #expect(try await Self.status(ofScript: directory.path + "/hook") == 1)
    }
  }

  /// How the script ends, killed after ten seconds.
  private static func status(ofScript path: String) async throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--signal=KILL", "10", "/bin/sh", path, "pet", "prepare", "begin", "-"]
    process.standardError = FileHandle.nullDevice
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  @Test("operations that start nothing pass at once, without an agent")
  func otherOperations() async throws {
    let directory = try TemporaryDirectory()
    try HookFallbackFile.leave(.failClosed, beside: directory.path + "/hook.sock")
    for operation in ["start", "started", "stopped", "release", "restore", "reconnect", "attach"] {
      #expect(try await Self.ask(directory.path + "/hook.sock", operation: operation).outcome.exitCode == 0)
    }
  }

  @Test("the script that --fix writes is the one in deploy/hooks")
  func script() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../deploy/hooks/qemu"
    #expect(try String(contentsOfFile: path, encoding: .utf8) == HookScript().text)
  }

  @Test("the coordinator's last word stays by the socket; an unknown word changes nothing")
  func cache() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let cache = OutOfBandPolicyFile(state)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    #expect(HookFallbackFile.rule(beside: cache.socket) == .failOpen)
    var policy = Roost_V1_OutOfBandPolicy()
    policy.unanswered = "fail-closed"
    cache.keep(policy, logger)
    #expect(HookFallbackFile.rule(beside: cache.socket) == .failClosed)
    policy.unanswered = "fail-sideways"
    cache.keep(policy, logger)
    #expect(HookFallbackFile.rule(beside: cache.socket) == .failClosed)
  }

  @Test("a hook that would ask nobody is told from one that asks")
  func faults() {
    let text = HookScript(program: "/opt/roost-agent", socket: "/s").text
    #expect(HookScript.fault(of: text) { $0 == "/opt/roost-agent" } == nil)
    #expect(HookScript.fault(of: text) { _ in false } == "there is no program /opt/roost-agent")
    #expect(HookScript.fault(of: text + "exit 0\n") { _ in true } == "it is not the one of this release")
    #expect(HookScript.fault(of: "#!/bin/sh\n") { _ in true } == "it names no agent")
  }
}
