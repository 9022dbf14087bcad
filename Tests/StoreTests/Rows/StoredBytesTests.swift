import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

/// The JSON of every noun that the database keeps as JSON, as the releases so far wrote it.
///
/// Other versions read it: a key may come, and none may go or change.
@Suite("the bytes of a stored noun")
struct StoredBytesTests {
  /// A VM that says something in every field.
  private static func full() throws -> ManagedVM {
    let image = ImageRef(id: .sample(501), name: "tiny")
    let spec = VMSpec(
      name: "web-1", vcpus: 4, memory: .gibibytes(4), architecture: "aarch64", machine: "virt", acceleration: .required,
      disks: [
        DiskSpec(target: "vda", source: .overlay(image), size: .gibibytes(10)),
        DiskSpec(target: "vdb", format: .raw, source: .copy(ImageRef(name: "other")), size: .gibibytes(1)),
        DiskSpec(device: .cdrom, bus: "sata", target: "sda", format: .iso, source: .medium(image)),
        DiskSpec(target: "vdc", source: .blank, size: .mebibytes(1)),
        DiskSpec(device: .lun, bus: "scsi", target: "sdb", source: .existing, path: "/dev/sdb", isShareable: true),
        DiskSpec(device: .floppy, bus: "ide", target: "fda", format: .raw, source: .none),
        DiskSpec(target: "vdd", source: .document),
      ],
      nics: [
        NICSpec(source: .network("default"), model: "e1000", mac: try .numbered(1)), NICSpec(source: .bridge("br0")),
        NICSpec(source: .carried("direct"), mac: try .numbered(3)),
      ],
      vnc: VNCSpec(listen: "::1", keymap: "de"), serialConsole: false, bootOrder: [.cdrom, .disk, .network],
      labels: ["tier": "front/é", "": "\"'\n"], document: "<domain/>", startVCPUs: 2, startMemory: .gibibytes(1))
    var vm = ManagedVM.sample(spec)
    vm.allocations = Allocations(macs: [], vncPort: nil)
    vm.constraints = PlacementConstraints(
      require: ["rack": ["b", "a"], "ssd": []], avoid: ["old": ["yes"]], groups: ["web", "all"],
      pools: ["fast": .gibibytes(1)], devices: ["gpu": 1], hugePage: .mebibytes(2), usesDefaultHugePages: true,
      oneCell: true, cpuModel: "EPYC", vlans: [7, 3], isPinned: true,
      needs: [HostNeed(.tpm, "emulator", for: "its TPM"), HostNeed(.pci, "0000:3b:00.0", for: "its device")])
    return vm
  }

  private static let decision = PlacementDecision(
    ranking: [.init(host: "h1", score: .infinity, terms: ["spread": 0.75, "memory": -.infinity])],
    refused: [Refusal(host: "h2", rule: "network", detail: "no br0")], others: 3)

  private static let spec =
    #"{"acceleration":"required","architecture":"aarch64","bootOrder":["cdrom","hd","network"],"disks":["#
    + #"{"bus":"virtio","device":"disk","format":"qcow2","image":"tiny","#
    + #""imageID":"00000000-0000-4000-8000-0000000001f5","size":10737418240,"source":"overlay","target":"vda"},"#
    + #"{"bus":"virtio","device":"disk","format":"raw","image":"other","size":1073741824,"source":"copy","#
    + #""target":"vdb"},"#
    + #"{"bus":"sata","device":"cdrom","format":"iso","image":"tiny","imageID":"00000000-0000-4000-8000-0000000001f5","#
    + #""size":0,"source":"medium","target":"sda"},"#
    + #"{"bus":"virtio","device":"disk","format":"qcow2","size":1048576,"source":"blank","target":"vdc"},"#
    + #"{"bus":"scsi","device":"lun","format":"qcow2","path":"/dev/sdb","shareable":true,"size":0,"source":"existing","#
    + #""target":"sdb"},"#
    + #"{"bus":"ide","device":"floppy","format":"raw","size":0,"source":"none","target":"fda"},"#
    + #"{"bus":"virtio","device":"disk","format":"qcow2","size":0,"source":"document","target":"vdd"}],"#
    + #""document":"<domain/>","labels":{"":"\"'\n","tier":"front/é"},"machine":"virt","memory":4294967296,"#
    + #""name":"web-1","nics":[{"kind":"network","mac":2199023255553,"model":"e1000","name":"default"},"#
    + #"{"kind":"bridge","name":"br0"},{"kind":"carried","mac":2199023255555,"name":"direct"}],"serialConsole":false,"#
    + #""startMemory":1073741824,"startVCPUs":2,"vcpus":4,"vnc":{"keymap":"de","listen":"::1"}}"#

  private static let plainSpec =
    #"{"acceleration":"preferred","architecture":"x86_64","bootOrder":["hd"],"disks":[],"labels":{},"#
    + #""memory":2147483648,"name":"plain","nics":[],"serialConsole":true,"vcpus":2,"vnc":{"listen":"127.0.0.1"}}"#

  private static let placed =
    #"{"others":3,"ranking":[{"host":"h1","score":"inf","terms":{"memory":"-inf","spread":0.75}}],"#
    + #""refused":[{"detail":"no br0","host":"h2","rule":"network"}]}"#

  private static let constraints =
    #"{"avoid":{"old":["yes"]},"cpuModel":"EPYC","defaultHugePages":true,"devices":{"gpu":1},"groups":["all","web"],"#
    + #""hugePage":2097152,"needs":[{"kind":"pci","subject":"its device","value":"0000:3b:00.0"},"#
    + #"{"kind":"tpm","subject":"its TPM","value":"emulator"}],"oneCell":true,"pinned":true,"#
    + #""pools":{"fast":1073741824},"require":{"rack":["a","b"],"ssd":[]},"vlans":[3,7]}"#

  private static let plainConstraints =
    #"{"avoid":{},"devices":{},"groups":["web"],"needs":[],"oneCell":false,"pinned":false,"pools":{},"require":{},"#
    + #""vlans":[]}"#

  @Test("a VM's spec, decision and constraints are written as ever, full and empty")
  func vm() async throws {
    let fleet = try await TemporaryFleet()
    let full = try Self.full()
    var plain = ManagedVM.sample(.sample("plain", disk: .zero, nics: []), id: .sample(2))
    plain.allocations = Allocations(macs: [], vncPort: nil)
    plain.constraints = PlacementConstraints(groups: ["web"])
    let vms = [(full, Self.decision), (plain, PlacementDecision(ranking: [], refused: []))]
    try await fleet.store.commit { transaction throws in
      try transaction.insertImage(.sample())
      for (vm, decision) in vms { try transaction.insertVM(vm, placedBy: decision) }
    }
    #expect(try await fleet.store.read { try $0.vm(.sample(1)) } == full)
    #expect(try await fleet.store.read { try $0.decision(of: .sample(1)) } == Self.decision)
    let rows = try fleet.raw { database in
      try Row.fetchAll(database, sql: "SELECT spec, placed, constraints FROM vms ORDER BY name DESC")
        .map { row in [0, 1, 2].map { row[$0] as String? } }
    }
    #expect(rows.first == [Self.spec, Self.placed, Self.constraints])
    #expect(rows.last == [Self.plainSpec, #"{"ranking":[],"refused":[]}"#, Self.plainConstraints])
  }

  @Test("an operation's steps and failure are written as ever")
  func operation() async throws {
    let fleet = try await TemporaryFleet()
    var operation = FleetOperation.sample(.create, steps: ["start"])
    operation.steps.insert(
      OperationStep(name: "provision", state: .done, detail: "a \"disk\"", fraction: 0.5, busyPorts: 2), at: 0)
    operation.failure = FleetError(
      .portBusy, "port 5900 is busy", hint: "wait", operation: .sample(5), retryable: true,
      refusals: [Refusal(host: "h2", rule: "network", detail: "no br0")])
    var other = FleetOperation.sample(.start, steps: [], id: .sample(302))
    other.failure = FleetError(.internal, "it is so")
    let operations = [operation, other]
    try await fleet.store.commit { for operation in operations { try $0.insertOperation(operation) } }
    #expect(try await fleet.store.read { try $0.operations(unfinished: true, limit: 9) } == operations)
    let rows = try fleet.raw { database in
      try Row.fetchAll(database, sql: "SELECT steps, failure FROM operations ORDER BY number")
        .map { row in [0, 1].map { row[$0] as String } }
    }
    let steps =
      #"[{"busyPorts":2,"detail":"a \"disk\"","fraction":0.5,"name":"provision","state":"done"},"#
      + #"{"detail":"","name":"start","state":"pending"}]"#
    let failure =
      #"{"code":"port_busy","hint":"wait","message":"port 5900 is busy","#
      + #""operation":"00000000-0000-4000-8000-000000000005","#
      + #""refusals":[{"detail":"no br0","host":"h2","rule":"network"}],"retryable":true}"#
    #expect(rows.first == [steps, failure])
    #expect(
      rows.last
        == ["[]", #"{"code":"internal","hint":"","message":"it is so","refusals":[],"retryable":false}"#])
  }

  @Test("rules, weights, owners of a shared address and labels are written as ever")
  func others() async throws {
    var labelled = Host.sample("h2", id: .sample(102))
    labelled.labels = ["rack": "a", "arm": ""]
    let fleet = try await TemporaryFleet(hosts: [labelled])
    let policy = PlacementPolicy(
      rules: [PlacementRule(.apart, "web", by: "rack"), PlacementRule(.spread, "all")], survive: 1,
      weights: ["memory": 2, "cpu": 0.5], strategy: .pack)
    let conflict = AcceptedConflict(
      mac: try .numbered(1),
      owners: [
        AddressOwner(vm: "web-1", vmID: .sample(1), host: "h1"), AddressOwner(vm: "the printer", vmID: nil, host: ""),
      ])
    try await fleet.store.commit { transaction throws in
      try transaction.setPlacementPolicy(policy)
      try transaction.acceptConflict(conflict, at: .sample)
    }
    #expect(try await fleet.store.read { try $0.placementPolicy() } == policy)
    #expect(try await fleet.store.read { try $0.acceptedConflicts() } == [conflict])
    let texts = try fleet.raw { database in
      try [
        "SELECT rules FROM placement_policy", "SELECT weights FROM placement_policy",
        "SELECT owners FROM accepted_conflicts", "SELECT labels FROM hosts",
      ].map { try String.fetchOne(database, sql: $0) }
    }
    #expect(
      texts == [
        #"[{"group":"web","kind":"apart","label":"rack","soft":false},{"group":"all","kind":"spread","soft":true}]"#,
        #"{"cpu":0.5,"memory":2}"#,
        #"[{"host":"","vm":"the printer"},{"host":"h1","vm":"web-1","vmID":"00000000-0000-4000-8000-000000000001"}]"#,
        #"{"arm":"","rack":"a"}"#,
      ])
  }
  @Test("a row is read without the keys of later releases, and with unknown keys")
  func otherKeys() async throws {
    let fleet = try await TemporaryFleet()
    var vm = ManagedVM.sample(.sample("plain", disk: .mebibytes(1), nics: []))
    vm.allocations = Allocations(macs: [], vncPort: nil)
    vm.constraints = PlacementConstraints(groups: ["web"])
    let (kept, decision) = (vm, PlacementDecision(ranking: [], refused: []))
    try await fleet.store.commit { try $0.insertVM(kept, placedBy: decision) }
    try fleet.raw {
      try $0.execute(
        sql: """
          UPDATE vms SET spec = json_set(spec, '$.tomorrow', json('{"a":[1]}'), '$.disks[0].tomorrow', 1),
            constraints = json_set(json_remove(constraints, '$.needs'), '$.tomorrow', 1),
            placed = json_set(placed, '$.tomorrow', NULL)
          """)
    }
    let store = try FleetStore.open(at: fleet.path)
    #expect(try await store.read { try $0.vms() } == [kept])
    #expect(try await store.read { try $0.decision(of: kept.id) } == decision)
    try store.close()
  }

  @Test("a title stands under its own key")
  func title() async throws {
    let fleet = try await TemporaryFleet()
    var spec = VMSpec.sample("plain", disk: .zero, nics: [])
    spec.title = "Küche"
    var vm = ManagedVM.sample(spec)
    vm.allocations = Allocations(macs: [], vncPort: nil)
    let kept = vm
    try await fleet.store.commit { try $0.insertVM(kept) }
    #expect(try await fleet.store.read { try $0.vms() } == [kept])
    let text = try fleet.raw { try String.fetchOne($0, sql: "SELECT json_extract(spec, '$.title') FROM vms") }
    #expect(text == "Küche")
  }

  @Test(
    "what can't be read is named with its place",
    arguments: [
      ("$.acceleration", "magic", #"acceleration: "magic" is not known"#),
      ("$.disks[0].source", "tape", #"disks[0]: the disk source "tape" is not known"#),
      ("$.disks[0].format", "floppy", #"disks[0].format: "floppy" is not known"#),
    ])
  func place(_ path: String, _ value: String, _ reason: String) async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1, disk: .gibibytes(1)))
    try fleet.raw { try $0.execute(sql: "UPDATE vms SET spec = json_set(spec, ?, ?)", arguments: [path, value]) }
    let store = try FleetStore.open(at: fleet.path)
    let error = await refusal { _ = try await store.read { try $0.vms() } }
    #expect(error?.message == "the database holds a spec of a VM that can't be read: \(reason)")
    try store.close()
  }
}
