import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Testing

@testable import RoostCommands

@Suite("What is no coordinator")
struct NoCoordinatorTests {
  @Test("what answers at a context's address without TLS is said to be no coordinator")
  func noCoordinator() async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext),
      services: [])
    let serving = Task { try await server.serve() }
    let port = try #require(try await server.listeningAddress?.ipv4?.port)
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("roost-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: home) }
    let folder = home.appendingPathComponent(".config/roost")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let person = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Acceptance/fixtures/first-release/anna")
    for file in ["ca.crt", "anna.crt", "anna.key"] {
      try FileManager.default.copyItem(at: person.appendingPathComponent(file), to: folder.appendingPathComponent(file))
    }
    let text = try String(contentsOf: person.appendingPathComponent("config.toml"), encoding: .utf8)
    try text.replacing("10.88.0.1:7440", with: "127.0.0.1:\(port)")
      .write(to: folder.appendingPathComponent("config.toml"), atomically: true, encoding: .utf8)
    let shell = TestShell(variables: ["HOME": home.path])
    #expect(await shell.run("list") == 7)
    #expect(
      shell.errors.text.contains("cannot reach the coordinator at 127.0.0.1:\(port): what answers there is no"),
      "\(shell.errors.text)")
    #expect(shell.errors.text.contains("hint: ") && !shell.errors.text.contains("SSL"))
    server.beginGracefulShutdown()
    serving.cancel()
    _ = await serving.result
  }
}
