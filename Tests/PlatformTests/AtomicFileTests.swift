import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Synchronization
import Testing

@testable import Platform

@Suite("A file that is replaced as a whole")
struct AtomicFileTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path + "/key" }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func mode(_ path: String) -> UInt32 {
    let found = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    return UInt32((found as? Int) ?? 0)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()) ?? [] }

  @Test("the content and the mode are the new ones, and no draft is left", arguments: [UInt32(0o600), 0o666, 0o755])
  func replacing(mode: UInt32) throws {
    try directory.write("key", "a longer text that was there before")
    try AtomicFile.replace(path, with: "new".utf8, mode: mode)
    #expect(try text(path) == "new")
    #expect(self.mode(path) == mode)
    #expect(names == ["key"])
  }

  @Test("a symbolic link is replaced, and not what it leads to")
  func links() throws {
    try directory.write("target", "somebody's")
    try directory.write("other", "somebody else's")
    for (link, target) in [("key", "target"), ("key.draft", "other")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory.path)/\(link)", withDestinationPath: "\(directory.path)/\(target)")
    }
    try AtomicFile.replace(path, with: "new".utf8)
    #expect(try text(path) == "new")
    #expect(try text(directory.path + "/target") == "somebody's")
    #expect(try text(directory.path + "/other") == "somebody else's")
    #expect(names == ["key", "other", "target"])
  }

  @Test("a draft that a crash left is replaced")
  func leftDraft() throws {
    try directory.write("key.draft", "half of what was to be wri")
    try AtomicFile.replace(path, with: "new".utf8)
    #expect(try text(path) == "new")
    #expect(names == ["key"])
  }

  @Test("a signal does not end the wait for another writer")
  func signals() async throws {
    var action = sigaction()
    // Without SA_RESTART, a signal ends the system call that it meets.
    action.__sigaction_handler.sa_handler = { _ in }
    var earlier = sigaction()
    #expect(sigaction(SIGUSR2, &action, &earlier) == 0)
    defer { _ = sigaction(SIGUSR2, &earlier, nil) }
    var other: AtomicFile? = try AtomicFile(path, mode: 0o600)
    let (path, waiting, outcome) = (path, Box<pthread_t?>(nil), Box<Result<Void, any Error>?>(nil))
    Thread.detachNewThread {
      waiting.value.withLock { $0 = pthread_self() }
      let result = Result { try AtomicFile.replace(path, with: "second".utf8) }
      outcome.value.withLock { $0 = result }
    }
    var sent = 0
    try await eventually("it was disturbed") {
      if let thread = waiting.value.withLock({ $0 }) {
        // The thread lives until its outcome is there.
        outcome.value.withLock { if $0 == nil { pthread_kill(thread, SIGUSR2) } }
      }
      sent += 1
      return sent > 50
    }
    #expect(outcome.value.withLock { $0 == nil }, "it waits")
    try other?.append(Array("first".utf8))
    try other?.finish()
    other = nil
    try await eventually("it is written") { outcome.value.withLock { $0 != nil } }
    try outcome.value.withLock { $0 }?.get()
    #expect(try text(path) == "second")
  }

  /// What two threads share.
  private final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
  }

  @Test("a draft that is not finished is removed, and the file stays")
  func unfinished() throws {
    try directory.write("key", "old")
    do {
      let file = try AtomicFile(path, mode: 0o600)
      try file.append(Array("ne".utf8))
      #expect(mode(file.draft) == 0o600)
    }
    #expect(try text(path) == "old")
    #expect(names == ["key"])
  }

  @Test("a file that must not be replaced stays")
  func keeping() throws {
    let file = try AtomicFile(path, mode: 0o600)
    try file.append(Array("new".utf8))
    try directory.write("key", "old")
    let failure = #expect(throws: FleetError.self) { try file.finish(replaces: false) }
    #expect(failure?.code == .conflict)
    #expect(try text(path) == "old")
  }

  @Test("a second writer is refused while the first writes, and can't harm its draft")
  func secondWriter() throws {
    let first = try AtomicFile(path, mode: 0o600)
    try first.append(Array("first".utf8))
    let failure = #expect(throws: FleetError.self) { _ = try AtomicFile(path, mode: 0o600) }
    #expect(failure?.code == .conflict)
    #expect(failure?.message == "\(path) is being written by another process")
    try first.finish()
    #expect(try text(path) == "first")
  }

  @Test("a draft that was replaced behind its back is neither put in place nor removed")
  func replacedDraft() throws {
    try directory.write("key", "old")
    let error = #expect(throws: FleetError.self) {
      let file = try AtomicFile(path, mode: 0o600)
      try file.append(Array("mine".utf8))
      try FileManager.default.removeItem(atPath: file.draft)
      try directory.write("key.draft", "half of another's")
      try file.finish()
    }
    #expect(error?.code == .conflict)
    #expect(try text(path) == "old")
    #expect(try text(path + ".draft") == "half of another's")
  }

  @Test("of many writers at once each writes the whole file")
  func manyWriters() async throws {
    let (path, size) = (path, 10_000)
    try AtomicFile.replace(path, with: String(repeating: "x", count: size).utf8)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for letter in ["a", "b", "c", "d"] {
        group.addTask {
          for _ in 0..<25 {
            try AtomicFile.replace(path, with: String(repeating: letter, count: size).utf8)
            let found = try String(contentsOfFile: path, encoding: .utf8)
            #expect(found.count == size)
            #expect(Set(found).count == 1)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(names == ["key"])
  }

  @Test("a folder that does not exist is named in the error")
  func noFolder() throws {
    let failure = #expect(throws: FleetError.self) {
      try AtomicFile.replace(directory.path + "/none/key", with: "new".utf8)
    }
    #expect(failure?.code == .precondition)
    #expect(failure?.message == "\(directory.path)/none/key can't be written: No such file or directory")
  }

  @Test(
    "on a full disk the old file stays whole and no draft is left",
    .enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.need)))
  func fullDisk() throws {
    let disk = try SmallDisk(mebibytes: 1)
    let path = disk.directory.path + "/ca.key"
    try AtomicFile.replace(path, with: "old".utf8)
    try disk.fill()
    let failure = #expect(throws: FleetError.self) {
      try AtomicFile.replace(path, with: String(repeating: "new", count: 10_000).utf8)
    }
    #expect(failure?.code == .exhausted)
    #expect(failure?.message == "\(path) can't be written: No space left on device")
    #expect(try text(path) == "old")
    #expect(!disk.directory.exists("ca.key.draft"))
    disk.clear()
    try AtomicFile.replace(path, with: "new".utf8)
    #expect(try text(path) == "new")
  }
}
