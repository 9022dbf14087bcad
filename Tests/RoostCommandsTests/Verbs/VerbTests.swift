import Fleet
import Foundation
import Scheduling
import Synchronization
import Testing

@testable import RoostCommands

/// Verbs against a coordinator on a unix socket: calls, output and exit status.
@Suite("Verbs over a socket")
struct VerbTests {
  private let coordinator = FakeCoordinator()

  @Test("list and show print what the coordinator says, without its control characters")
  func reading() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("list") == 0)
      #expect(shell.output.text.contains("web-1"))
      #expect(!shell.output.text.contains("\u{1B}"))
      #expect(await shell.run("show", "one", "-o", "json") == 0)
      #expect(shell.output.text.contains("memory is 2GiB instead of 4GiB"))
      #expect(await shell.run("show", "one", "--why") == 0)
      #expect(shell.output.text.contains("web-1 is on h2"))
      #expect(await shell.run("show", "nobody") == 3)
      #expect(shell.errors.text == "error: there is no VM \"nobody\"\nhint: list them: roost list\n")
    }
  }

  @Test("rules are shown, and a group that no VM is in is told of when they are set")
  func rules() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("policy", "rules") == 0)
      #expect(shell.output.text == "  web: apart\n")
      let file = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString).yaml")
      try Data("rules: [{apart: wbe}, {apart: web}]\n".utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      #expect(await shell.run("policy", "rules", "-f", file.path) == 0)
      #expect(shell.errors.text == "note: no VM is in the group \"wbe\" yet: roost set NAME group=wbe\n")
      #expect(await shell.run("policy", "set", "survive=1") == 0)
      #expect(shell.errors.text.hasSuffix("note: while the fleet would not outlive such a loss, no new VM is let in\n"))
    }
  }

  @Test("set changes a display and waits; policy set changes that of new VMs")
  func displays() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("set", "one", "vnc=socket") == 0)
      #expect(shell.output.text == "one has a VNC display on a socket\n")
      #expect(await shell.run("policy", "set", "vnc=none") == 0)
      #expect(shell.output.text.hasSuffix("new VMs have no VNC display unless they choose\n"))
      for wrong in [
        ["set", "one", "vnc=spice"], ["set", "one", "vnc=port", "vnc=none"],
        ["set", "one", "vnc=none", "require=rack=a"], ["policy", "set", "vnc="],
      ] {
        #expect(await shell.run(words: wrong) == 64, "\(wrong)")
      }
      #expect(coordinator.calls == ["vnc socket one", "vnc default none"])
      #expect(await shell.run("vnc", "blind") == 4)
      #expect(shell.errors.text.contains("VM \"blind\" has no VNC display\n"))
      #expect(shell.errors.text.contains("roost set blind vnc=socket; or reach its console: roost console blind"))
    }
  }

  @Test("create waits for its operation and says where the VM is")
  func create() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("create", "one") == 0)
      #expect(shell.output.text == "web-1 is running on h2, VNC port 5901\n")
      #expect(shell.errors.text == "note: a word\\u{1b}[2J of warning\n")
      #expect(coordinator.calls == ["create one 36"])
    }
  }

  @Test("--no-wait prints the operation's id and nothing else")
  func noWait() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("start", "one", "--no-wait") == 0)
      #expect(shell.output.text == "\(Samples.id(9) as OperationID)\n")
    }
  }

  @Test("a failed operation gives its reason, its status and its id")
  func failing() async throws {
    coordinator.ending.withLock { $0 = FleetError(.portBusy, "port 5900 is in use on h1") }
    try await coordinator.serve { shell in
      #expect(await shell.run("start", "one", "-o", "json") == 4)
      #expect(shell.errors.text.contains(#""code":"port_busy""#))
      #expect(shell.errors.text.contains("\(Samples.id(9) as OperationID)"))
      #expect(shell.output.text.isEmpty)
    }
  }

  @Test("who waits no longer exits with 8 and is told how to come back")
  func late() async throws {
    coordinator.isSlow.withLock { $0 = true }
    try await coordinator.serve { shell in
      #expect(await shell.run("stop", "one", "--timeout", "6s") == 8)
      #expect(shell.errors.text.contains("hint: come back: roost op wait \(Samples.id(9) as OperationID)"))
    }
  }

  @Test("of several names some may fail: the others are done, and the status is 2")
  func partly() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("stop", "--force", "one", "nobody", "two") == 2)
      #expect(coordinator.calls == ["stop one by force", "stop two by force"])
      #expect(shell.errors.text.contains("there is no VM \"nobody\""))
      #expect(await shell.run("delete", "--yes", "nobody", "neither") == 3)
    }
  }

  @Test("a dry run prints the decision, and exits with 5 where no host fits")
  func dryRun() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("create", "two", "--dry-run", "-o", "json", "-q") == 0)
      #expect(shell.output.text == Samples.decision.outputValue.json() + "\n")
      #expect(shell.errors.text.isEmpty)
      let other = TestShell(variables: shell.variables)
      #expect(await other.run("create", "big", "--dry-run", "-o", "json") == 5)
      #expect(other.output.text.contains(#""host": null"#))
      #expect(await other.run("create", "big") == 5)
      #expect(other.errors.text.contains("  h1       memory: wants 4GiB, 1GiB of 8GiB is free"))
    }
  }

  @Test("place reads a file of VMs and decides for each")
  func place() async throws {
    try await coordinator.serve { shell in
      let file = (shell.variables["HOME"] ?? "") + "/vms.yaml"
      try Data("name: one\n---\nname: big\n".utf8).write(to: URL(filePath: file))
      #expect(await shell.run("place", "-f", file) == 5)
      #expect(shell.output.text.contains("one goes to  h2"))
      #expect(shell.output.text.contains("big fits"))
    }
  }

  @Test("VMs of one file are made in the order of the plan, or none of them")
  func batch() async throws {
    try await coordinator.serve { shell in
      let file = (shell.variables["HOME"] ?? "") + "/vms.yaml"
      try Data("name: one\n---\nname: two\ngroup: web\n".utf8).write(to: URL(filePath: file))
      #expect(await shell.run("create", "-f", file, "--no-wait", "-q") == 0)
      #expect(coordinator.calls == ["batch one two", "create two 36", "create one 36"])
      try Data("name: one\n---\nname: big\n".utf8).write(to: URL(filePath: file))
      #expect(await shell.run("create", "-f", file, "--all-or-nothing") == 5)
      #expect(shell.errors.text.contains("none of the 2 VMs is made: no host fits VM \"big\""))
      #expect(coordinator.calls.last == "batch one big")
    }
  }

  @Test("what a VM asks of hosts is changed key by key, and what can't be set is refused")
  func setting() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("set", "one", "group=web,all", "pinned=true") == 0)
      #expect(coordinator.calls == ["asks [\"all\", \"web\"] true"])
      #expect(shell.output.text == "one requires: groups all, web; pinned to its host\n", "\(shell.output.text)")
      #expect(shell.errors.text.contains("h1 would refuse one now, apart: 1 of group"))
      for wrong in ["vcpus=4", "group", "=x", "pinned=maybe", "devices=gpu", "vlans=x", "group=../x", "pools=fast=9Z"] {
        let other = TestShell(variables: shell.variables)
        #expect(await other.run("set", "one", wrong) == 64, "\(wrong): \(other.errors.text)")
      }
      #expect(await shell.run("set", "one") == 64)
      #expect(coordinator.calls.count == 1)
    }
  }

  @Test("settings add to what is asked for already, and an empty one takes it away")
  func settings() throws {
    let before = PlacementConstraints(
      require: ["rack": ["a"]], groups: ["web"], pools: ["fast": .gibibytes(1)], cpuModel: "EPYC")
    let after = try ConstraintSettings([
      "group=db", "require=ssd,rack=b,rack=c", "pools=", "cpu_model=", "huge_page=2MiB", "one_cell=yes", "vlans=5,7",
      "devices=gpu=2", "avoid=old=very",
    ]).applied(to: before)
    #expect(
      after
        == PlacementConstraints(
          require: ["ssd": [], "rack": ["b", "c"]], avoid: ["old": ["very"]], groups: ["db"], devices: ["gpu": 2],
          hugePage: .mebibytes(2), oneCell: true, vlans: [5, 7]))
    let usual = try ConstraintSettings(["huge_page=default"]).applied(to: after)
    #expect(usual.hugePage == nil && usual.usesDefaultHugePages)
    let none = try ConstraintSettings(["huge_page="]).applied(to: usual)
    #expect(none.hugePage == nil && !none.usesDefaultHugePages)
  }

  @Test("plans are made on the coordinator's own fleet")
  func livePlans() async throws {
    try await coordinator.serve { shell in
      let words = ["--vcpus", "2", "--memory", "4GiB", "-o", "json"]
      #expect(await shell.run("fit", words[0], words[1], words[2], words[3], words[4], words[5]) == 0)
      #expect(shell.output.text.contains(#""count": 4"#), "\(shell.output.text)")
      #expect(shell.output.text.contains(#""survive": 1"#))
      let plan = TestShell(variables: shell.variables)
      #expect(await plan.run("balance", "plan") == 0)
      #expect(await plan.run("host", "drain", "h1", "--plan") == 0)
      #expect(plan.output.text.contains("h1 has no VM"))
      let export = TestShell(variables: shell.variables)
      #expect(await export.run("status", "--export-fleet") == 0)
      let fleet = try FleetFile(export.output.text, file: "export")
      #expect(fleet.hosts.map(\.name) == ["h1", "h2"] && fleet.policy.survive == 1)
    }
  }

  @Test("an import that is refused names the owner and exits with 4")
  func importing() async throws {
    try await coordinator.serve { shell in
      let file = (shell.variables["HOME"] ?? "") + "/d.xml"
      try Data("<domain/>".utf8).write(to: URL(filePath: file))
      #expect(await shell.run("import", file) == 4)
      #expect(shell.errors.text.contains("belongs to \"web-1\" on h2"))
      #expect(await shell.run("import", file + ".not-there") == 3)
    }
  }

  @Test("an image arrives whole, whatever its size", arguments: [0, 1, 131_072, 1_000_003])
  func image(size: Int) async throws {
    try await coordinator.serve { shell in
      let file = (shell.variables["HOME"] ?? "") + "/disk.raw"
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Data(bytes).write(to: URL(filePath: file))
      #expect(await shell.run("image", "import", file) == 0)
      #expect(shell.output.text.hasPrefix("image disk (raw, "))
      #expect(coordinator.image.withLock { $0 } == bytes)
      #expect(await shell.run("image", "import", file, "--name", "taken") == 4)
    }
  }

  @Test("events come as a listing")
  func events() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("events", "--since", "6", "-o", "csv") == 0)
      #expect(
        shell.output.text.hasPrefix(
          "number,at,kind,subject,actor,message\r\n7,2026-12-31T12:00:00Z,vm.created,one,,"
            + "\"VM \"\"one\"\" is accepted\"\r\n"))
      #expect(shell.errors.text == "note: the events before number 8 are not kept any more\n")
      let later = TestShell(variables: shell.variables)
      #expect(await later.run("events", "--since", "7") == 0)
      #expect(later.errors.text.isEmpty)
      #expect(await later.run("events", "--since", "2", "-q") == 0)
      #expect(later.errors.text.isEmpty)
    }
  }

  @Test("a tunnel carries bytes both ways, and its refusal is the command's")
  func tunnel() async throws {
    try await coordinator.serve { shell in
      let options = try #require(try RoostTool.parse(["list"]) as? ListCommand).connection
      let heard = MemorySink()
      try await shell.environment.withFleet(options) { fleet in
        let tunnel = Tunnel(client: fleet, vm: "one", kind: .console, force: false)
        let ending = try await tunnel.run { send in
          try await send(Array("hello ".utf8))
          try await send(Array("bye".utf8))
          try await Task.sleep(for: .seconds(30))
        } to: {
          heard.write($0)
        }
        #expect(ending == .there)
      }
      #expect(heard.text == "HELLO BYE")
      #expect(await shell.run("vnc", "nobody") == 3)
    }
  }

  @Test("a tunnel that is left ends at once; one whose far end refuses gives the reason")
  func leaving() async throws {
    try await coordinator.serve { shell in
      let options = try #require(try RoostTool.parse(["list"]) as? ListCommand).connection
      try await shell.environment.withFleet(options) { fleet in
        let tunnel = Tunnel(client: fleet, vm: "one", kind: .console, force: false)
        let ending = try await tunnel.run { _ in
          throw UserDetached()
        } to: { _ in
        }
        #expect(ending == .here)
        let wrong = Tunnel(client: fleet, vm: "nobody", kind: .console, force: false)
        do {
          try await wrong.run { _ in
          } to: { _ in
          }
          Issue.record("there is no such VM")
        } catch {
          #expect(fleet.explain(error).code == .notFound)
        }
      }
    }
  }
}
