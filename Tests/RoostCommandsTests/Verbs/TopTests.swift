import Fleet
import Testing

@testable import RoostCommands

@Suite("roost top")
struct TopTests {
  private let coordinator = FakeCoordinator()

  @Test("the busiest VM comes first, what silent hosts said comes last with age and why")
  func table() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("top") == 0)
      let expected = """
        NAME   HOST   CPU  VCPUS  MEMORY      OF  READ/S  WRITE/S  RX/S  TX/S  AGE    NOTE
        web-1  h2    120%      2    3GiB    4GiB    1KiB       0B    0B    0B  7 s    -
        idle   h2    0.4%      1  300MiB  512MiB      0B     2KiB   10B     -  7 s    -
        new    h2       -      1       -  512MiB       -        -     -     -  never  not measured yet
        gone   h1    640%      8    5GiB    6GiB       -        -     -     -  4 min  its agent is silent since 2026-12-31T11:56:00Z

        """
      #expect(shell.output.text == expected)
      #expect(shell.errors.text.isEmpty)
    }
  }

  @Test("hosts have their load, their free memory and what their guests use")
  func hosts() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("top", "--hosts") == 0)
      let expected = """
        NAME  STATE        LOAD  CPUS  GUESTS  FREE  MEMORY  VMS  AGE    NOTE
        h2    ready        1.25     4    120%  6GiB    8GiB    2  7 s    no answer from stuck
        h1    unreachable  7.50     8    640%  1GiB    8GiB    1  4 min  its agent is silent since 2026-12-31T11:56:00Z

        """
      #expect(shell.output.text == expected)
    }
  }

  @Test("JSON has numbers, and null for what is not known")
  func json() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("top", "-o", "json", "--host", "h2", "--sort", "name") == 0)
      let text = shell.output.text
      for part in [
        "\"cpu_percent\": 119.6", "\"written_bytes_per_second\": 2048.0", "\"sent_bytes_per_second\": null",
        "\"measured_at\": \"2026-12-31T11:59:53Z\"", "\"measured_at\": null", "\"current\": true",
      ] { #expect(text.contains(part), "\(part) is missing") }
      #expect(!text.contains("gone"))
    }
  }

  @Test(
    "each order has its first, and equals stand by name",
    arguments: [("cpu", "web-1"), ("memory", "web-1"), ("disk", "idle"), ("network", "idle"), ("name", "idle")])
  func orders(order: String, first: String) async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("top", "--sort", order, "-n", "1", "-o", "name") == 0)
      #expect(shell.output.text == "\(first)\n")
    }
  }

  @Test("a host that is not there, no rows and an unknown order are refused")
  func refused() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("top", "--host", "h9") == 3)
      #expect(await shell.run("top", "-n", "0") == 64)
      #expect(await shell.run("top", "--sort", "colour") == 64)
      #expect(shell.output.text.isEmpty)
    }
  }

  @Test("shares and loads are written without losing the small ones")
  func texts() {
    let shares = [0, 0.004, 0.0996, 0.1, 1, 12.346].map(UsageText.percent)
    #expect(shares == ["0.0%", "0.4%", "10%", "10%", "100%", "1235%"])
    #expect([0, 0.05, 1.999, 12.5].map(UsageText.load) == ["0.00", "0.05", "2.00", "12.50"])
    #expect([-1, 0, 1536, .infinity].map(UsageText.bytes) == ["0B", "0B", "1.5KiB", "909.4TiB"])
  }
}
