import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Files that somebody has open")
struct HeldFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("disk.raw", String(repeating: "x", count: 4096))
    path = directory.path + "/disk.raw"
  }

  private var record: DiskRecords.Record {
    get throws { try #require(DiskRecords.record(of: path)) }
  }

  @Test("a file that nobody has open is held, and removed")
  func free() throws {
    let held = try #require(try HeldFile(try record))
    try held.remove()
    #expect(!directory.exists("disk.raw"))
  }

  @Test("the loop devices of a file are found by what lies beneath them")
  func loopDevices() throws {
    let kernel = KernelFiles(root: directory.path)
    for (name, file) in [("loop0", "/elsewhere.raw"), ("loop7", path), ("sda", path)] {
      try FileManager.default.createDirectory(
        atPath: directory.path + "/sys/block/\(name)/loop", withIntermediateDirectories: true)
      try directory.write("sys/block/\(name)/loop/backing_file", file + "\n")
    }
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sys/block/loop1", withIntermediateDirectories: true)
    let file = try #require(DiskRecords.identity(of: path))
    #expect(OpenFiles.loopDevices(of: file, kernel: kernel) == ["/dev/loop7"])
    #expect(OpenFiles.loopDevices(of: Inode(device: 1, inode: 1), kernel: kernel).isEmpty)
  }

  @Test("a lock as QEMU takes it keeps the file, whichever byte it is on", arguments: [100, 101, 103, 200, 203])
  func locked(byte: Int) throws {
    let guest = try ImageUser(path, byte: byte)
    let error = #expect(throws: FleetError.self) { _ = try HeldFile(try record) }
    #expect(error?.code == .precondition && error?.message.contains(path) == true)
    guest.end()
    #expect(try HeldFile(try record) != nil)
  }

  @Test("a file that is held can't be locked as QEMU does it, until it is let go")
  func holds() throws {
    var held = try HeldFile(try record)
    #expect(held != nil)
    #expect(throws: ImageUser.Refused.self) { _ = try ImageUser(path, byte: 101) }
    held = nil
    _ = try ImageUser(path, byte: 101)
  }

  @Test("a process that has the file open keeps it, and is named")
  func openElsewhere() async throws {
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: "/bin/sleep")
    reader.arguments = ["60"]
    reader.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try reader.run()
    defer { kill(reader.processIdentifier, SIGKILL) }
    let error = #expect(throws: FleetError.self) { _ = try HeldFile(try record) }
    #expect(error?.message.contains("sleep (pid \(reader.processIdentifier))") == true, "\(error?.message ?? "")")
    kill(reader.processIdentifier, SIGKILL)
    let identity = try record.identity
    try await eventually("the reader is gone") { OpenFiles.users(of: identity).isEmpty }
    #expect(try HeldFile(try record) != nil)
  }

  @Test("another file at the path, or a link, is neither held nor removed")
  func replaced() throws {
    let made = try record
    let held = try #require(try HeldFile(made))
    try directory.write("other", "somebody's data")
    #expect(rename(directory.path + "/other", path) == 0)
    try held.remove()
    #expect(HostFile.text(path) == "somebody's data")
    #expect(try HeldFile(made) == nil)
    #expect(unlink(path) == 0 && symlink("/etc/passwd", path) == 0)
    #expect(try HeldFile(made) == nil)
  }

  @Test("a file that the emulator has open keeps its place", .enabled(if: RunningEmulator.path != nil))
  func emulator() async throws {
    let emulator = try RunningEmulator(running: path)
    defer { emulator.end() }
    let identity = try record.identity
    try await eventually("the emulator has the file open") {
      OpenFiles.users(of: identity).contains { $0.pid == emulator.pid }
    }
    let error = #expect(throws: FleetError.self) { _ = try HeldFile(try record) }
    #expect(error?.message.contains("qemu") == true && error?.message.contains("pid \(emulator.pid)") == true)
    emulator.end()
    try await eventually("the emulator is gone") { OpenFiles.users(of: identity).isEmpty }
    #expect(try HeldFile(try record) != nil)
  }
}

/// Somebody who uses an image as QEMU does: with a lock of the open file on one byte.
final class ImageUser {
  struct Refused: Error {}

  private var descriptor: Int32

  init(_ path: String, byte: Int = 100) throws {
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    var lock = flock()
    lock.l_type = Int16(F_RDLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(byte)
    lock.l_len = 1
    guard descriptor >= 0, fcntl(descriptor, 37, &lock) == 0 else {
      end()
      throw Refused()
    }
  }

  func end() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit { end() }
}

/// A real QEMU with one disk and held processors.
private struct RunningEmulator {
  static let path = ["/usr/bin/qemu-system-x86_64"].first(where: FileManager.default.isExecutableFile)

  private let process = Process()
  var pid: Int32 { process.processIdentifier }

  init(running disk: String) throws {
    process.executableURL = URL(fileURLWithPath: Self.path ?? "")
    process.arguments = [
      "-nodefaults", "-display", "none", "-S", "-m", "32", "-accel", "tcg",
      "-blockdev", "driver=file,filename=\(disk),node-name=d", "-device", "virtio-blk-pci,drive=d",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func end() { kill(pid, SIGKILL) }
}
