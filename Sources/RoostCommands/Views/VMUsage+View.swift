internal import Fleet

extension VMUsage {
  /// The VM as `roost top -o json` has it.
  var tree: Tree {
    .object([
      "name": .text(name), "id": .text(id.description), "host": .text(host), "current": .flag(isCurrent),
      "measured_at": .time(measuredAt), "cpu_percent": .optional(rates.cpus.map { $0 * 100 }), "vcpus": .count(vcpus),
      "memory_used_bytes": memoryUsed.map { .bytes($0) } ?? .null, "memory_bytes": .bytes(memory),
      "read_bytes_per_second": .optional(rates.readBytesPerSecond),
      "written_bytes_per_second": .optional(rates.writtenBytesPerSecond),
      "received_bytes_per_second": .optional(rates.receivedBytesPerSecond),
      "sent_bytes_per_second": .optional(rates.sentBytesPerSecond),
    ])
  }

  /// The VMs as a listing, in the order they have.
  /// - Parameter silent: why a host is not ready, by its name.
  static func listing(_ vms: [VMUsage], silent: [String: String], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("HOST"), .init("CPU", right: true), .init("VCPUS", right: true),
        .init("MEMORY", right: true), .init("OF", right: true), .init("READ/S", right: true),
        .init("WRITE/S", right: true), .init("RX/S", right: true), .init("TX/S", right: true), .init("AGE"),
        .init("ID", wide: true), .init("NOTE"),
      ],
      rows: vms.map { $0.row(note: silent[$0.host] ?? "", at: now) },
      empty: "no VM runs, as far as the hosts have told")
  }

  private func row(note: String, at now: Timestamp) -> Listing.Row {
    let tone: Tone = isCurrent ? .plain : .faint
    func rate(_ bytes: Double?) -> Listing.Cell { .init(bytes.map(MeasuredText.bytes) ?? "", tone) }
    let cells: [Listing.Cell] = [
      .init(name), .init(host), .init(rates.cpus.map(MeasuredText.percent) ?? "", tone), .init(String(vcpus)),
      .init(memoryUsed?.description ?? "", tone), .init(memory.description), rate(rates.readBytesPerSecond),
      rate(rates.writtenBytesPerSecond), rate(rates.receivedBytesPerSecond), rate(rates.sentBytesPerSecond),
      MeasuredText.age(of: measuredAt, isCurrent: isCurrent, at: now), .init(id.description),
      .init(isCurrent ? (measuredAt == nil ? "not measured yet" : "") : note, isCurrent ? .faint : .caution),
    ]
    return Listing.Row(name: name, cells: cells, tree: tree)
  }
}
