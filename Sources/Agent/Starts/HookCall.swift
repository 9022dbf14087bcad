internal import Fleet
internal import Foundation

/// libvirt's hook: asks the host's agent whether a domain may start, within a time limit.
///
/// It never calls libvirt, because libvirt waits for it.
package struct HookCall: Sendable {
  /// The most milliseconds for the question; with the start of the process it stays below half a second.
  package static let limitMilliseconds: Int64 = 400

  /// The result of the hook: its exit code and its message on stderr.
  package struct Outcome: Hashable, Sendable {
    /// 0 to let the domain start, 1 to stop it.
    package let exitCode: Int32
    /// One sentence, or empty.
    package let sentence: String
  }

  let socket: String
  let stopwatch: @Sendable () -> Int64

  /// Prepares a call to the agent at that socket; `stopwatch` counts milliseconds from any moment.
  package init(socket: String, stopwatch: @escaping @Sendable () -> Int64) {
    self.socket = socket
    self.stopwatch = stopwatch
  }

  /// Asks about a domain whose document comes from a descriptor.
  /// - Parameters:
  ///   - operation: libvirt's word; all except `prepare` and `migrate` pass at once.
  ///   - input: read to its end, or to 1 MiB.
  package func ask(name: String, operation: String, input: Int32) -> Outcome {
    guard ["prepare", "migrate"].contains(operation) else { return Outcome(exitCode: 0, sentence: "") }
    // BOUNDED: milliseconds since the machine began.
    let deadline = stopwatch() + Self.limitMilliseconds
    let answer: HookAnswer
    do {
      let document = try read(input, by: deadline)
      let peer = try HookSocket.connect(to: socket, by: deadline, stopwatch)
      let question = HookQuestion(name: name, operation: operation, document: document)
      try peer.write(HookFrame.bytes(question), by: deadline)
      answer = try peer.readFrame(HookAnswer.self, by: deadline)
    } catch {
      let reason = (error as? FleetError)?.message ?? "its answer can't be read"
      answer = HookAnswer(.unanswered, "the host's agent did not answer: \(reason)")
    }
    return outcome(answer, name: name)
  }

  private func outcome(_ answer: HookAnswer, name: String) -> Outcome {
    switch answer.ruling {
    case .allow: return Outcome(exitCode: 0, sentence: "")
    case .warn: return Outcome(exitCode: 0, sentence: answer.sentence)
    case .refuse: return Outcome(exitCode: 1, sentence: answer.sentence)
    case .unanswered:
      guard HookFallbackFile.rule(beside: socket) == .failClosed else {
        return Outcome(exitCode: 0, sentence: answer.sentence)
      }
      return Outcome(
        exitCode: 1,
        sentence:
          "Roost's policy is to start nothing unasked (roost policy set unanswered=fail-open), and nobody judged "
          + "\"\(name.printable)\" (\(answer.sentence)); to start all the same: echo fail-open "
          + ">\(HookFallbackFile.path(beside: socket))")
    }
  }

  private func read(_ input: Int32, by deadline: Int64) throws -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      try HookSocket.wait(for: Int16(POLLIN), on: input, by: deadline, stopwatch)
      let count = Foundation.read(input, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw HostFile.failure("cannot be read", "the domain's document", errno) }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      // BOUNDED: what was read into the buffer.
      bytes += buffer[0..<count]
      guard bytes.count <= HookQuestion.documentLimit else {
        throw FleetError(.invalid, "the domain's document is larger than 1 MiB")
      }
    }
  }
}
