import Fleet
import Logging
import Store

/// Records refused callers as events, with their identity and address.
struct SecurityRecord: Sendable {
  let store: FleetStore
  let clock: any WallClock
  let logger: Logger
  private let limit = RefusalLimit()

  init(store: FleetStore, clock: any WallClock, logger: Logger) {
    self.store = store
    self.clock = clock
    self.logger = logger
  }

  /// Records a refusal, unless the caller was recently refused too often.
  func refused(_ refusal: RefusedCaller, from address: String) async {
    let now = clock.now()
    guard let unwritten = limit.take(refusal.actor, now: now) else { return }
    let more = unwritten > 0 ? "; \(unwritten) more refusals of this caller are not written down" : ""
    let message = "\(refusal.actor.printable) from \(address.printable): \(refusal.error.message.printable)\(more)"
    logger.warning("\(refusal.kind.rawValue): \(message)")
    do {
      try await Caller.$actor.withValue(refusal.actor) {
        try await store.commit { transaction in
          _ = try transaction.appendEvent(
            at: now, kind: refusal.kind, subject: refusal.actor.printable, message: message)
        }
      }
    } catch {
      logger.error("a refusal can't be written down: \(error)")
    }
  }
}
