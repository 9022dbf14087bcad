import Foundation
import SimulationKit
import Testing

@testable import Platform

@Suite("systemd's notification")
struct SystemdNotifierTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A datagram socket at a path, or at an abstract address that begins with an at sign.
  private func listen(at name: String) throws -> Int32 {
    var bytes = Array(name.utf8)
    if name.hasPrefix("@") { bytes[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(bound == 0)
    return descriptor
  }

  private func received(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  private func notify(_ name: String, _ state: String = "READY=1") -> Bool {
    SystemdNotifier(environment: ["NOTIFY_SOCKET": name]).notify(state)
  }

  @Test("the state arrives at a path and at an abstract address")
  func arrival() throws {
    for name in [directory.path + "/notify", "@roost-test-\(UUID())"] {
      let descriptor = try listen(at: name)
      defer { close(descriptor) }
      #expect(notify(name))
      #expect(received(descriptor) == "READY=1")
      #expect(notify(name, "STOPPING=1"))
      #expect(received(descriptor) == "STOPPING=1")
    }
  }

  @Test("without a socket, and with an address that can't be one, nothing is sent")
  func noSocket() {
    #expect(!SystemdNotifier(environment: [:]).notify("READY=1"))
    let room = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    let long = String(repeating: "x", count: room)
    for name in ["", "relative", "/" + long, "@" + long, "/none/such"] { #expect(!notify(name), "\(name)") }
  }

  @Test("the longest path that fits is used")
  func longestPath() throws {
    let room = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    let name = directory.path + "/" + String(repeating: "x", count: room - directory.path.utf8.count - 2)
    let descriptor = try listen(at: name)
    defer { close(descriptor) }
    #expect(notify(name))
    #expect(received(descriptor) == "READY=1")
  }

  @Test("a manager that has gone is no error, and raises no SIGPIPE")
  func goneManager() throws {
    let name = directory.path + "/notify"
    close(try listen(at: name))
    var (pipe, before, pending) = (sigset_t(), sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #expect(!notify(name))
    sigpending(&pending)
    #expect(sigismember(&pending, SIGPIPE) == 0)
  }
}
