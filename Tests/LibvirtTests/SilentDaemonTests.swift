import Libvirt
import Testing

@Suite("A daemon that hangs")
struct SilentDaemonTests {
  @Test("an open that gets no answer is given up, and fails when the daemon goes")
  func open() async throws {
    let daemon = try SilentDaemon()
    let uri = "qemu+unix:///system?socket=\(daemon.path)"
    let pool = try CallPool(name: "t-silent", threads: 1, clock: ContinuousClock())
    let limit = Duration.milliseconds(300)
    await #expect(
      throws: CallPoolError.timedOut(call: "open", after: limit, stuck: 1, threads: 1)
    ) {
      _ = try await pool.run("open", within: limit) { try Connection.open(uri: uri) }
    }
    #expect(pool.load.stuck == ["open"])
    daemon.stop()
    #expect(await eventually { pool.load.stuck.isEmpty })
    let error = await #expect(throws: LibvirtError.self) {
      _ = try await pool.run("open", within: .seconds(20)) { try Connection.open(uri: uri) }
    }
    #expect(error?.isConnectionLost == true)
  }
}
