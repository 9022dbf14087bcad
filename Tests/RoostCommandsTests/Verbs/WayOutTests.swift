import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import SwiftProtobuf
import Testing

@testable import RoostCommands

/// Ending, forgetting, recovering and letting go, against a coordinator on a unix socket.
@Suite("Ways out, over a socket")
struct WayOutTests {
  private let coordinator = FakeCoordinator()
  private let plain = Colors(isOn: false)

  @Test("op cancel ends an operation and says what may still come of it")
  func cancel() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("op", "cancel", "\(Samples.id(9) as OperationID)") == 0)
      #expect(shell.output.text == "start of one is cancelled\n")
      #expect(shell.errors.text == "note: roost show one\n")
    }
  }

  @Test("a lost host goes only when its name is said; a yes is not enough")
  func lost() async throws {
    try await coordinator.serve { shell in
      for words in [["--yes"], ["--no-input"], ["--yes", "--no-input"], ["--confirm", "h2"]] {
        #expect(await shell.run(words: ["host", "remove", "h1", "--lost"] + words) == 9)
      }
      #expect(coordinator.calls.isEmpty)
      #expect(shell.errors.text.contains("web-1 (running)") && shell.errors.text.contains("--confirm h1"))
      #expect(await shell.run("host", "remove", "h1", "--lost", "--confirm", "h1") == 0)
      #expect(coordinator.calls == ["remove lost h1"])
      #expect(shell.output.text == "h1 is removed with its VMs\n")
    }
  }

  @Test("a host leaves with a yes, and what stays there is told")
  func staying() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("host", "remove", "h1") == 9)
      #expect(coordinator.calls.isEmpty)
      #expect(await shell.run("host", "remove", "h1", "--yes") == 0)
      #expect(coordinator.calls == ["remove "])
      #expect(shell.errors.text.contains("note: pet stays"))
    }
  }

  @Test("forget asks, and wants the name of a VM whose host is silent")
  func forget() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("forget", "one") == 9)
      #expect(await shell.run("forget", "one", "--yes") == 0)
      #expect(shell.output.text == "web-1 is forgotten; h2 was not touched\n")
      #expect(await shell.run("forget", "silent", "--yes") == 9)
      #expect(await shell.run("forget", "silent", "--confirm", "quiet") == 0)
      #expect(coordinator.calls.last == "forget quiet")
    }
  }

  @Test("recover waits until the VM is defined again")
  func recover() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("recover", "one") == 0)
      #expect(coordinator.calls == ["recover one"])
      #expect(shell.output.text == "one is defined on h1 again\n")
    }
  }

  @Test("vnc of a VM that is off is refused at once")
  func vnc() async throws {
    try await coordinator.serve { shell in
      #expect(await shell.run("vnc", "off") == 4)
      #expect(shell.output.text.isEmpty)
      #expect(shell.errors.text == "error: VM \"off\" is stopped\nhint: start it first: roost start off\n")
    }
  }

  @Test("a dry run of a file with several VMs is the answer of place")
  func dryRun() async throws {
    try await coordinator.serve { shell in
      let folder = try #require(shell.variables["HOME"])
      let path = "\(folder)/two.yaml"
      try "name: one\n---\nname: big\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(await shell.run("create", "-f", path, "--dry-run") == 5)
      let placed = TestShell(variables: shell.variables)
      #expect(await placed.run("place", "-f", path) == 5)
      #expect(shell.output.text == placed.output.text && shell.output.text.contains("big fits"))
      #expect(coordinator.calls == ["batch one big", "batch one big"])
    }
  }

  @Test("two VMs of one file with one MAC are refused before anything, dry run or not")
  func oneMAC() async throws {
    try await coordinator.serve { shell in
      let folder = try #require(shell.variables["HOME"])
      let path = "\(folder)/two.yaml"
      let nic = "networks: [{network: default, mac: \"02:16:3e:00:00:01\"}]"
      try "name: one\n\(nic)\n---\nname: two\n\(nic)\n".write(toFile: path, atomically: true, encoding: .utf8)
      for flags in [[], ["--dry-run"]] {
        let shell = TestShell(variables: shell.variables)
        #expect(await shell.run(words: ["create", "-f", path] + flags) == 64)
        #expect(shell.errors.text.contains("two VMs have the MAC 02:16:3e:00:00:01"))
      }
      #expect(coordinator.calls.isEmpty)
    }
  }

  @Test("show lists the newest five operations with why one failed, and counts the rest")
  func operations() throws {
    let message = Roost_V1_GetVMResponse.with { response in
      response.vm = Samples.web.message
      response.operations = (1...8).map { number in
        var operation = FakeCoordinator.operation("web-1", kind: .stop, state: number == 8 ? .failed : .done)
        operation.createdAt = Samples.noon.adding(seconds: -Int64(100 - number))
        if number == 8 { operation.failure = FleetError(.timedOut, "it still runs") }
        return operation.message
      }
      response.olderOperations = 2
    }
    let view = View.detail(try VMDetail(message).view(at: Samples.noon))
    let lines = view.render(as: .table, colors: plain).split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex { $0.contains("operations") })
    let shown = Array(lines[(start + 1)...])
    #expect(shown.count == 6 && shown[0].contains("failed: it still runs") && shown[1].contains("done"))
    #expect(shown[5].contains("…and 5 older: roost op list"))
  }

  @Test("show fits a small terminal: an address once, scores only with --why")
  func small() throws {
    let message = Roost_V1_GetVMResponse.with { response in
      var vm = Samples.web
      vm.nics[0].addresses = ["lease", "arp"].map { NICAddress(ip: "192.168.122.7", source: $0) }
      response.vm = vm.message
      response.placed = Samples.decision.message
      response.operations = (1...8).map { _ in FakeCoordinator.operation("web-1", kind: .stop, state: .done).message }
    }
    let detail = try VMDetail(message)
    let text = View.detail(detail.view(at: Samples.noon)).render(as: .table, colors: plain)
    #expect(text.contains("192.168.122.7 (lease, arp)") && text.components(separatedBy: "192.168.122.7").count == 2)
    #expect(!text.contains("wants 4GiB") && text.contains("why: roost show web-1 --why"))
    let lines = text.split(separator: "\n")
    #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 80 }, "\(text)")
    let why = View.detail(detail.reasons).render(as: .table, colors: plain)
    #expect(why.contains("wants 4GiB"))
  }

  @Test("show has the title of a VM below its name, if the coordinator tells one")
  func title() throws {
    var spec = VMSpec(name: "web-1", vcpus: 1, memory: .gibibytes(1), title: "Küche 🍳")
    var message = Roost_V1_GetVMResponse.with { $0.vm = Samples.web.message }
    message.spec = spec.message
    let detail = try VMDetail(message)
    let text = View.detail(detail.view(at: Samples.noon)).render(as: .table, colors: plain)
    #expect(text.split(separator: "\n").dropFirst().first?.hasSuffix("Küche 🍳") == true)
    #expect(detail.outputValue.compactJSON.contains(#""title":"Küche 🍳""#))
    spec.title = nil
    message.spec = spec.message
    #expect(try VMDetail(message).spec == spec)
  }

  @Test("a saved VM, a renamed one and its notes are told in the list")
  func notes() {
    var vm = Samples.web
    (vm.state, vm.isSaved, vm.notes) = (.stopped, true, ["memory is 2GiB", "its name is other"])
    let text = View.listing(VMSummary.listing([vm], at: Samples.noon)).render(as: .table, colors: plain)
    #expect(text.contains("stopped (saved)") && text.contains("memory is 2GiB (and 1 more: roost show web-1)"))
  }

  @Test("import takes addresses back or takes new ones, not both")
  func reclaim() async {
    let shell = TestShell()
    #expect(await shell.run("import", "/dev/null", "--reclaim", "--new-macs") == 64)
  }
}
