import Fleet
import FleetTestKit
import Store

/// What the dump of the first released schema, ``FirstReleaseDump``, holds.
enum FirstRelease {
  static let host = Host(
    id: .sample(101), name: "h1", machineID: "machine-of-h1", cordoned: true, labels: ["rack": "a \"1\""],
    joinedAt: .sample, certificateExpiresAt: .sample.adding(seconds: 90 * 86400),
    capacity: HostCapacity(
      vcpus: 32, memory: .gibibytes(128), disk: .gibibytes(2048), cpuRatio: 2.5, memoryRatio: 1.1,
      reservedMemory: .gibibytes(2)))

  static let image = Image.sample()

  static var vm: ManagedVM {
    var spec = VMSpec.sample(
      "web-1",
      nics: [
        NICSpec(source: .bridge("kvmbr0"), model: "e1000", mac: MACAddress(number: 0x0016_3E5D_AAA8)),
        NICSpec(source: .network("default")),
      ])
    spec.disks = [
      DiskSpec(target: "vda", source: .overlay(ImageRef(id: image.id, name: image.name)), size: .gibibytes(10)),
      DiskSpec(device: .cdrom, bus: "ide", target: "hdc", format: .iso, source: .none),
      DiskSpec(target: "vdb", format: .raw, source: .existing, path: "/srv/data.raw"),
    ]
    spec.labels = ["tier": "front"]
    spec.document = "<domain type='kvm'>\n  <name>web-1</name>\n</domain>\n"
    return ManagedVM.sample(spec, power: .paused, revision: 7, phase: .failed("the bridge is gone"))
  }

  static let decision = PlacementDecision(
    ranking: [PlacementDecision.Ranked(host: "h1", score: 0.75, terms: ["spread": 0.75])],
    refused: [Refusal(host: "h2", rule: "network", detail: "there is no bridge kvmbr0")])

  static let gone = ManagedVM.numbered(9)

  static var operation: FleetOperation {
    var operation = FleetOperation.sample(.start, steps: ["provision", "start"], vm: vm)
    operation.steps[0].state = .done
    operation.steps[0].fraction = 1
    operation.failure = FleetError(.portBusy, "port 5900 is busy", hint: "wait", operation: .sample(5), retryable: true)
    return operation
  }

  static let request = StoredRequest(
    id: .sample(601), bodyHash: "abcd", operationID: .sample(301), vmID: .sample(1), answer: [0, 1, 255], at: .sample)

  static let report = StoredReport(hostID: .sample(101), at: .sample, bytes: [8, 1, 18, 0])

  /// Fills an empty fleet with it.
  static func fill(_ store: FleetStore) async throws {
    try await store.commit { transaction in
      try transaction.beginEpoch()
      try transaction.insertHost(host)
      try transaction.insertImage(image)
      try transaction.create(vm, placedBy: decision)
      try transaction.create(gone)
      try transaction.destroy(gone.id, at: .sample)
      try transaction.insertTombstone(.sample(of: gone))
      try transaction.reserveMAC(.numbered(77), for: "the printer", at: .sample)
      try transaction.advanceMACCursor(to: 0x0200_0000_0100)
      try transaction.insertOperation(operation)
      try transaction.insertRequest(request)
      try transaction.saveReport(of: host.id, at: report.at, bytes: report.bytes)
      try transaction.insertToken(
        id: .sample(701), secretHash: RecordTests.hash, hostName: nil, expiresAt: .sample.adding(seconds: 600),
        createdAt: .sample)
      try transaction.insertCertificate(
        serial: "0a", subject: host.id.description, role: "agent", expiresAt: host.certificateExpiresAt)
    }
  }
}
