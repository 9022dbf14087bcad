import Fleet
import Foundation
import Testing

@testable import RoostCommands

/// The local end of a display.
@Suite("Local ports")
struct LocalListenerTests {
  /// Connects, sends some bytes and reads until the other end closes, on a thread of its own.
  private func viewer(port: Int, sending text: String) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let connected = withUnsafePointer(to: &address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        guard connected == 0 else { return continuation.resume(returning: "not connected") }
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
          let count = read(descriptor, &buffer, buffer.count)
          guard count > 0 else { break }
          heard += buffer[..<count]
        }
        continuation.resume(returning: String(decoding: heard, as: UTF8.self))
      }
    }
  }

  @Test("a viewer's bytes arrive, an answer goes back, and closing ends it")
  func carries() async throws {
    let listener = try LocalListener(address: "127.0.0.1", port: 0)
    #expect(listener.port > 0)
    async let heard = viewer(port: listener.port, sending: "hello")
    for await stream in listener.connections {
      var received: [UInt8] = []
      for await piece in stream.source.pieces {
        received += piece
        stream.source.used()
        if received.count == 5 { break }
      }
      #expect(String(decoding: received, as: UTF8.self) == "hello")
      try await stream.write(Array(repeating: UInt8(ascii: "x"), count: 100_000))
      stream.shut()
      break
    }
    #expect(await heard.count == 100_000)
  }

  @Test("a port in use is a conflict, an address of another machine is refused")
  func refused() throws {
    let listener = try LocalListener(address: "127.0.0.1", port: 0)
    do throws(FleetError) {
      _ = try LocalListener(address: "127.0.0.1", port: listener.port)
      Issue.record("the port is in use")
    } catch {
      #expect(error.code == .conflict)
    }
    #expect(throws: FleetError.self) { try LocalListener(address: "203.0.113.9", port: 0) }
    #expect(throws: FleetError.self) { try LocalListener(address: "everywhere", port: 0) }
  }
}
