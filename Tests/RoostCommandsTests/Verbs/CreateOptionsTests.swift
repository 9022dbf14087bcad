import Fleet
import Platform
import RoostProto
import Testing

@testable import RoostCommands

/// What the flags of `create` mean.
@Suite("Flags of create")
struct CreateOptionsTests {
  private func order(_ arguments: String...) throws -> VMRequest { try order(words: arguments) }

  private func order(words arguments: [String]) throws -> VMRequest {
    let command = try #require(try RoostTool.parse(["create"] + arguments) as? CreateCommand)
    return try #require(try command.requests().first)
  }

  private func refusal(_ arguments: String...) -> FleetError? {
    do {
      let command = try RoostTool.parse(["create", "x"] + arguments) as? CreateCommand
      _ = try command?.requests()
      return nil
    } catch {
      return error as? FleetError
    }
  }

  @Test("a name alone makes a small VM on the default network")
  func defaults() throws {
    let order = try order("web-1")
    #expect(
      order.spec
        == VMSpec(name: "web-1", vcpus: 1, memory: .gibibytes(1), nics: [NICSpec(source: .network("default"))]))
    #expect(order.host == nil)
    #expect(order.strategy == nil)
    #expect(order.start)
  }

  @Test("--title is the VM's title; one that is too long or no line is refused")
  func title() throws {
    #expect(try order("x", "--title", "Küche & co").spec.title == "Küche & co")
    let long = refusal("--title", String(repeating: "x", count: 201))
    #expect(long?.code == .invalid && long?.message.hasSuffix("is longer than 200 characters") == true)
    #expect(refusal("--title", "")?.hint == "a title is one line of at most 200 characters")
    #expect(refusal("--title", "a", "-f", "vm.yaml")?.message.contains("a file says all") == true)
  }

  @Test("an image makes the first disk an overlay that --disk grows; more are blank")
  func disks() throws {
    let image = DiskSource.overlay(ImageRef(name: "debian"))
    #expect(try order("x", "--image", "debian").spec.disks == [DiskSpec(target: "vda", source: image)])
    #expect(
      try order("x", "--image", "debian", "--disk", "20GiB", "--disk", "1GiB").spec.disks == [
        DiskSpec(target: "vda", source: image, size: .gibibytes(20)),
        DiskSpec(target: "vdb", source: .blank, size: .gibibytes(1)),
      ])
    #expect(
      try order("x", "--disk", "16MiB").spec.disks == [
        DiskSpec(target: "vda", source: .blank, size: .mebibytes(16))
      ])
  }

  @Test("an ISO in the drive boots first")
  func cdrom() throws {
    let spec = try order("x", "--cdrom", "installer", "--disk", "1GiB").spec
    #expect(spec.bootOrder == [.cdrom, .disk])
    #expect(
      spec.disks.last
        == DiskSpec(
          device: .cdrom, bus: "sata", target: "sda", format: .raw, source: .medium(ImageRef(name: "installer"))))
  }

  @Test("networks and bridges with addresses and models")
  func networks() throws {
    let mac = Samples.mac("02:16:3e:00:00:01")
    #expect(
      try order("x", "--network", "lan,mac=02:16:3e:00:00:01,model=e1000", "--network", "bridge=br0").spec.nics == [
        NICSpec(source: .network("lan"), model: "e1000", mac: mac), NICSpec(source: .bridge("br0")),
      ])
    #expect(try order("x", "--no-network").spec.nics.isEmpty)
  }

  @Test("--vnc chooses the display, without it the fleet does; two answers are refused")
  func displays() throws {
    for (flags, display, isDefault) in [
      ([], VNCSpec(), true), (["--vnc", "port"], VNCSpec(), false),
      (["--vnc", "socket"], VNCSpec(isSocket: true), false), (["--vnc", "none"], nil, false),
      (["--no-vnc"], nil, false), (["--no-vnc", "--vnc", "none"], nil, false),
    ] as [([String], VNCSpec?, Bool)] {
      let order = try order(words: ["x"] + flags)
      #expect(order.spec.vnc == display && order.takesDefaultVNC == isDefault, "\(flags)")
      #expect(order.request(id: "r", dryRun: false).defaultVnc == isDefault && order.item.defaultVnc == isDefault)
    }
    #expect(throws: (any Error).self) { try order("x", "--vnc", "spice") }
    #expect(throws: (any Error).self) { try order("x", "--vnc", "socket", "--no-vnc") }
  }

  @Test("everything else has its flag")
  func others() throws {
    let order = try order(
      "x", "--vcpus", "4", "--memory", "2G", "--acceleration", "none", "--machine", "q35", "--arch", "aarch64",
      "--no-vnc", "--label", "role=web", "--label", "note=a=b", "--host", "h2", "--policy", "pack", "--no-start")
    #expect(order.spec.vcpus == 4)
    #expect(order.spec.memory == .gibibytes(2))
    #expect(order.spec.acceleration == .none)
    #expect(order.spec.machine == "q35")
    #expect(order.spec.architecture == "aarch64")
    #expect(order.spec.vnc == nil)
    #expect(order.spec.labels == ["role": "web", "note": "a=b"])
    #expect(order.host == "h2")
    #expect(order.strategy == .pack)
    #expect(!order.start)
    let request = order.request(id: "r", dryRun: true)
    #expect(request.requestID == "r")
    #expect(request.dryRun)
    #expect(request.policy == "pack")
    #expect(request.hasSpec && !request.spec.hasVnc)
  }

  @Test(
    "what can't stand is refused before anybody is called",
    arguments: [
      ["--vcpus", "two"], ["--vcpus", "0"], ["--vcpus", "9223372036854775808"], ["--memory", "0"],
      ["--memory", "9223372036854775808"], ["--memory=-1"], ["--disk", "0"], ["--disk", "much"], ["--label", "x"],
      ["--label", "=x"], ["--network", ""], ["--network", "lan,mac=ff:ff:ff:ff:ff:ff"], ["--network", "lan,color=red"],
      ["--network", "router=x"], ["--network", "../lan"], ["--no-network", "--network", "lan"],
    ])
  func refusals(arguments: [String]) {
    let command = try? RoostTool.parse(["create", "x"] + arguments) as? CreateCommand
    #expect(throws: FleetError.self) { try command?.requests() }
    do {
      _ = try command?.requests()
    } catch {
      #expect(ExitStatus(error.code) == .usage)
    }
  }

  @Test("a mistyped part of a network is answered with the nearest one")
  func suggestion() {
    #expect(refusal("--network", "lan,mca=02:00:00:00:00:01")?.hint == "did you mean \"mac\"?")
  }

  @Test("a file excludes a name and flags beside it")
  func file() {
    #expect(refusal("-f", "vm.yaml")?.message.hasPrefix("a file says all") == true)
  }
}
