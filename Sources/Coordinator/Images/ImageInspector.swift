import Fleet
import Foundation
import Subprocess

/// Asks `qemu-img` what a file is, within bounds, and refuses what could reach beyond the file.
struct ImageInspector: Sendable {
  /// What a file turned out to be.
  struct Finding: Hashable, Sendable {
    var format: ImageFormat
    var virtualSize: Memory
    /// False for a raw file that begins as no disk does that something boots from.
    var looksLikeDisk = true
  }

  private struct Report: Decodable {
    var format: String
    var virtualSize: Int64
    var backingFilename: String?
    var encrypted: Bool?
    var formatSpecific: Specific?

    struct Specific: Decodable {
      var data: Details?
    }

    struct Details: Decodable {
      var dataFile: String?

      enum CodingKeys: String, CodingKey {
        case dataFile = "data-file"
      }
    }

    enum CodingKeys: String, CodingKey {
      case format, encrypted
      case virtualSize = "virtual-size"
      case backingFilename = "backing-filename"
      case formatSpecific = "format-specific"
    }
  }

  /// Inspects the file at `path`.
  /// - Throws: ``FleetError`` with code `invalid` for another format, a backing or data file, or encryption.
  func inspect(_ path: String) async throws -> Finding {
    let report = try await report(on: path)
    if let backing = report.backingFilename {
      throw FleetError(
        .invalid, "the image has the backing file \"\(backing.printable)\"",
        hint: "flatten it first: qemu-img convert -O qcow2 IN OUT")
    }
    if report.formatSpecific?.data?.dataFile != nil {
      throw FleetError(
        .invalid, "the image keeps its data in another file", hint: "flatten it first: qemu-img convert -O qcow2 IN OUT"
      )
    }
    guard report.encrypted != true else { throw FleetError(.invalid, "the image is encrypted") }
    guard report.virtualSize > 0 else { throw FleetError(.invalid, "the image is empty") }
    let format: ImageFormat
    var looksLikeDisk = true
    switch report.format {
    case "qcow2":
      try await check(path)
      format = .qcow2
    case "raw":
      format = try Self.isISO(path) ? .iso : .raw
      looksLikeDisk = try format == .iso || Self.isDisk(path)
    default:
      throw FleetError(
        .invalid, "the image has the format \(report.format.printable); qcow2, raw and ISO are taken",
        hint: "convert it first: qemu-img convert -O qcow2 IN OUT")
    }
    return Finding(
      format: format, virtualSize: Memory(bytes: report.virtualSize), looksLikeDisk: looksLikeDisk)
  }

  /// Refuses a qcow2 file whose tables point beyond its end or into each other: a download that was cut off.
  private func check(_ path: String) async throws {
    let result = try await Self.bounded { [path] in
      try await run(
        .name("prlimit"),
        arguments: ["--as=1073741824", "--cpu=20", "qemu-img", "check", "-q", "-f", "qcow2", path],
        output: .discarded, error: .discarded)
    }
    // 0: whole; 3: space that nobody uses, which harms nobody.
    guard result.terminationStatus == .exited(0) || result.terminationStatus == .exited(3) else {
      throw FleetError(
        .invalid, "the image is damaged or cut off", hint: "see what is wrong with it: qemu-img check FILE")
    }
  }

  /// Makes an empty image file.
  func create(_ path: String, format: ImageFormat, size: Memory) async throws {
    let result = try await Self.bounded { [path] in
      try await run(
        .name("qemu-img"), arguments: ["create", "-q", "-f", format.driver, path, String(size.bytes)],
        output: .discarded, error: .string(limit: 4096))
    }
    guard result.terminationStatus.isSuccess else {
      throw FleetError(.internal, "qemu-img can't make the image: \(result.standardError.printable)")
    }
  }

  private func report(on path: String) async throws -> Report {
    // A crafted image can make qemu-img eat memory and time; prlimit bounds both.
    let result = try await Self.bounded { [path] in
      try await run(
        .name("prlimit"),
        arguments: ["--as=1073741824", "--cpu=10", "qemu-img", "info", "--output=json", path],
        output: .data(limit: 1 << 20), error: .string(limit: 4096))
    }
    guard result.terminationStatus.isSuccess else {
      throw FleetError(.invalid, "the file is no image: \(result.standardError.printable)")
    }
    do {
      return try JSONDecoder().decode(Report.self, from: result.standardOutput)
    } catch {
      throw FleetError(.invalid, "the file is no image that qemu-img can tell about")
    }
  }

  /// Runs `body` for at most 30 seconds; a subprocess of a cancelled task is killed.
  private static func bounded<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(30))
        return nil
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() ?? nil else {
        throw FleetError(.timedOut, "qemu-img does not end within 30 seconds")
      }
      return result
    }
  }

  /// True for a file that is blank, or begins with a boot record, a partition table or a file system that is known.
  private static func isDisk(_ path: String) throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let head = try file.read(upToCount: 1 << 17).map { Array($0) } ?? []
    func stands(_ bytes: [UInt8], at offset: Int) -> Bool {
      head.count >= offset + bytes.count && Array(head[offset..<(offset + bytes.count)]) == bytes
    }
    if stands([0x55, 0xAA], at: 510) || stands(Array("EFI PART".utf8), at: 512) { return true }
    let fileSystems: [([UInt8], Int)] = [
      ([0x53, 0xEF], 1080), (Array("XFSB".utf8), 0), (Array("_BHRfS_M".utf8), 65_600), (Array("LABELONE".utf8), 512),
      (Array("hsqs".utf8), 0), (Array("LUKS".utf8), 0),
    ]
    if fileSystems.contains(where: { stands($0.0, at: $0.1) }) { return true }
    return head.count >= 512 && head.allSatisfy { $0 == 0 }
  }

  /// True for a file with an ISO 9660 volume descriptor at its place, 32 KiB in.
  private static func isISO(_ path: String) throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    try file.seek(toOffset: 32768)
    return try file.read(upToCount: 6).map { Array($0) } == [1] + Array("CD001".utf8)
  }
}
