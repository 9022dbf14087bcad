internal import Fleet

extension ObservedDomain {
  /// A domain of which no more is known than that it is there, and why.
  init(unreadable id: VMID, _ error: FleetError, at now: Timestamp) {
    self.init(
      id: id, name: id.description, state: .unknown, seenAt: now,
      unread: ReadFailure(since: now, reason: error.message))
  }
}
