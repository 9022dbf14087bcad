internal import Fleet

/// The addresses that guest agents last reported.
///
/// A guest may answer late or never. Readers take what is here and never wait: guests are queried in the background,
/// one at a time, each for a bounded time and at most once in ``interval``.
actor GuestAddressCache {
  /// How long an answer counts as fresh.
  static let interval = Duration.seconds(45)

  private let ticks: any Clock<Duration>
  private let ask: @Sendable (VMID) async throws -> [AddressLease]
  private let changes: ChangeFeed
  private var told: [VMID: [AddressLease]] = [:]
  private var resting: Set<VMID> = []
  private var waiting: [VMID] = []
  private var isAsking = false

  /// Makes an empty cache.
  /// - Parameter ask: queries one guest; bounded in time.
  init(
    ticks: any Clock<Duration>, changes: ChangeFeed, ask: @escaping @Sendable (VMID) async throws -> [AddressLease]
  ) {
    self.ticks = ticks
    self.changes = changes
    self.ask = ask
  }

  /// A guest's last report; queries it again in the background if that is old.
  func leases(of id: VMID) -> [AddressLease] {
    if resting.insert(id).inserted {
      waiting.append(id)
      if !isAsking {
        isAsking = true
        Task { await askAll() }
      }
    }
    return told[id] ?? []
  }

  /// Forgets a guest that is off or has no agent.
  func forget(_ id: VMID) {
    told[id] = nil
  }

  private func askAll() async {
    while !waiting.isEmpty {
      let id = waiting.removeFirst()
      let found = try? await ask(id)
      Task {
        try? await ticks.sleep(for: Self.interval)
        resting.remove(id)
      }
      // A guest that does not answer now keeps its last addresses.
      guard let found, found != told[id] ?? [] else { continue }
      told[id] = found
      changes.note { $0.domains.insert(id) }
    }
    isAsking = false
  }
}
