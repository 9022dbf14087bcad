internal import Synchronization

/// What a pool's threads take their calls from; it outlives the pool until the last thread ends.
final class CallQueue: Sendable {
  private struct State {
    var waiting: [any AnyPoolCall] = []
    var running: [any AnyPoolCall] = []
    var stuck: [any AnyPoolCall] = []
    var isClosed = false
    var threads: Int
  }

  private let state: Mutex<State>
  private let work = Semaphore()
  private let limit: Int

  init(limit: Int, threads: Int) {
    self.limit = limit
    state = Mutex(State(threads: threads))
  }

  var load: CallPool.Load {
    state.withLock { state in
      CallPool.Load(
        threads: state.threads, running: state.running.count, waiting: state.waiting.count,
        stuck: state.stuck.map(\.name))
    }
  }

  /// Takes a call in, or tells its caller why not.
  func add(_ call: any AnyPoolCall) {
    let refusal: CallPoolError? = state.withLock { state in
      if state.isClosed { return .closed(call: call.name) }
      // Given up between its making and now.
      if call.isSettled { return nil }
      // A free thread is room too.
      let free = state.threads - state.running.count
      if state.waiting.count >= limit + max(0, free) {
        return .queueFull(call: call.name, limit: limit)
      }
      state.waiting.append(call)
      return nil
    }
    if let refusal { call.fail(refusal) } else { work.signal() }
  }

  /// Lets a caller go without the result; a call that runs is stuck from now until it ends.
  func giveUp(_ call: any AnyPoolCall, _ error: (_ stuck: Int, _ threads: Int) -> any Error) {
    let counts: (stuck: Int, threads: Int)? = state.withLock { state in
      if call.isSettled { return nil }
      state.waiting.removeAll { $0 === call }
      if state.running.contains(where: { $0 === call }), !state.stuck.contains(where: { $0 === call }) {
        state.stuck.append(call)
      }
      return (state.stuck.count, state.threads)
    }
    if let counts { call.fail(error(counts.stuck, counts.threads)) }
  }

  /// Makes calls until the queue closes; the life of one thread.
  func serve() {
    while true {
      work.wait()
      let (call, isClosed) = next()
      if let call {
        let tellCaller = call.perform()
        finished(call)
        tellCaller()
      } else if isClosed {
        return
      }
    }
  }

  /// Counts a thread that is about to serve; one that comes to a closed queue ends at once.
  func threadAdded() {
    let isClosed = state.withLock { state in
      state.threads += 1
      return state.isClosed
    }
    if isClosed { work.signal() }
  }

  /// Takes back the count of a thread that did not start.
  func threadRemoved() {
    state.withLock { $0.threads -= 1 }
  }

  /// Ends the threads once they are idle, and refuses what still waits.
  func close() {
    let refused: (calls: [any AnyPoolCall], threads: Int)? = state.withLock { state in
      if state.isClosed { return nil }
      state.isClosed = true
      defer { state.waiting = [] }
      return (state.waiting, state.threads)
    }
    guard let refused else { return }
    for call in refused.calls { call.fail(CallPoolError.closed(call: call.name)) }
    for _ in 0..<refused.threads { work.signal() }
  }

  private func next() -> (call: (any AnyPoolCall)?, isClosed: Bool) {
    state.withLock { state in
      guard !state.waiting.isEmpty else { return (nil, state.isClosed) }
      let call = state.waiting.removeFirst()
      state.running.append(call)
      return (call, state.isClosed)
    }
  }

  private func finished(_ call: any AnyPoolCall) {
    state.withLock { state in
      state.running.removeAll { $0 === call }
      state.stuck.removeAll { $0 === call }
    }
  }
}
