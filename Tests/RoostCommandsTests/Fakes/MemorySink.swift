import Synchronization

@testable import RoostCommands

/// Keeps what a command writes.
final class MemorySink: TextSink {
  let isTerminal: Bool
  let columns: Int
  let isOpen = true
  let failure: String? = nil
  private let bytes = Mutex<[UInt8]>([])

  init(isTerminal: Bool = false, columns: Int = 80) {
    self.isTerminal = isTerminal
    self.columns = columns
  }

  func write(_ bytes: [UInt8]) { self.bytes.withLock { $0 += bytes } }

  /// All that was written.
  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}
