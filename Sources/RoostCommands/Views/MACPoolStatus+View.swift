internal import Fleet

extension MACPoolStatus {
  /// The pool as JSON has it.
  var tree: Tree {
    let network: Tree = if case .network(let name) = record.selector { .text(name) } else { .null }
    let label: Tree = if case .label(let key, let value) = record.selector { .text("\(key)=\(value)") } else { .null }
    return .object([
      "name": .text(record.pool.name), "first": .text(record.pool.first.description),
      "last": .text(record.pool.last.description), "network": network, "label": label, "size": Self.count(size),
      "allocated": Self.count(use.allocated), "reserved": Self.count(use.reserved),
      "quarantined": Self.count(use.quarantined), "observed": Self.count(use.observed), "free": Self.count(free),
      "utilisation": .number(share), "cursor": Self.count(record.cursor),
      "runs_out_in_seconds": runsOutInSeconds.map { .number($0) } ?? .null, "created_at": .time(record.createdAt),
    ])
  }

  private var size: UInt64 { record.pool.count }

  /// How much of it is in use, 0 to 1.
  private var share: Double { min(1, Double(use.used) / Double(size)) }

  private static func count(_ number: UInt64) -> Tree { .integer(Int64(clamping: number)) }

  private var percent: String { "\(Decision.short((share * 1000).rounded() / 10)) %" }

  private var end: String { runsOutInSeconds.map { Age.span(seconds: $0) } ?? "-" }

  /// The pools as a listing.
  static func listing(_ pools: [MACPoolStatus]) -> Listing {
    Listing(
      columns: [
        .init("NAME"), .init("FIRST"), .init("LAST"), .init("SERVES"), .init("FREE", right: true),
        .init("USED", right: true), .init("RUNS OUT IN", right: true), .init("ALLOCATED", wide: true, right: true),
        .init("RESERVED", wide: true, right: true), .init("QUARANTINED", wide: true, right: true),
        .init("OBSERVED", wide: true, right: true),
      ],
      rows: pools.map { pool in
        Listing.Row(
          name: pool.record.pool.name,
          cells: [
            .init(pool.record.pool.name), .init(pool.record.pool.first.description),
            .init(pool.record.pool.last.description), .init(pool.record.selector.description),
            .init(String(pool.free), pool.free == 0 ? .bad : .plain), .init(pool.percent), .init(pool.end),
            .init(String(pool.use.allocated)), .init(String(pool.use.reserved)), .init(String(pool.use.quarantined)),
            .init(String(pool.use.observed)),
          ], tree: pool.tree)
      }, empty: "no MAC pools")
  }

  /// What a person reads.
  var view: Detail {
    Detail(
      name: record.pool.name,
      lines: [
        .field("name", .init(record.pool.name, .heading)),
        .field("range", .init("\(record.pool.first) to \(record.pool.last), \(size) addresses")),
        .field("serves", .init(record.selector.description)),
        .field("allocated", .init(String(use.allocated))), .field("reserved", .init(String(use.reserved))),
        .field("quarantined", .init(String(use.quarantined))), .field("observed", .init(String(use.observed))),
        .field("free", .init(String(free), free == 0 ? .bad : .plain)), .field("used", .init(percent)),
        .field("runs out in", .init(end)), .field("made", .init(record.createdAt.description)),
      ], tree: tree)
  }
}
