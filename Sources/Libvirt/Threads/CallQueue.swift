internal import Synchronization

/// The queue from which a pool's threads take calls; it outlives the pool until the last thread ends.
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

  /// Queues a call, or resumes its caller with an error.
  func add(_ call: any AnyPoolCall) {
    let refusal: CallPoolError? = state.withLock { state in
      if state.isClosed { return .closed(call: call.name) }
      // The caller gave up between making and adding it.
      if call.isSettled { return nil }
      // A free thread counts as room.
      let free = state.threads - state.running.count
      if state.waiting.count >= limit + max(0, free) {
        return .queueFull(call: call.name, limit: limit)
      }
      state.waiting.append(call)
      return nil
    }
    if let refusal { call.fail(refusal) } else { work.signal() }
  }

  /// Resumes a caller without the result; a running call counts as stuck until it ends.
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

  /// Runs calls until the queue closes; the main loop of a thread.
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

  /// Counts a thread that is about to serve; one that finds a closed queue ends at once.
  func threadAdded() {
    let isClosed = state.withLock { state in
      state.threads += 1
      return state.isClosed
    }
    if isClosed { work.signal() }
  }

  /// Subtracts a thread that did not start.
  func threadRemoved() {
    state.withLock { $0.threads -= 1 }
  }

  /// Ends the threads once they are idle, and refuses the waiting calls.
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
