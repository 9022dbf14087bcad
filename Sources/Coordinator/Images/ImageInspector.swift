import Fleet
import Foundation
import Subprocess

/// Inspects a file with `qemu-img`, within limits, and refuses one that refers to other files.
struct ImageInspector: Sendable {
  /// The result of an inspection.
  struct Finding: Hashable, Sendable {
    var format: ImageFormat
    var virtualSize: ByteCount
    /// False for a raw file that does not begin like a bootable disk.
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

  /// Inspects the file at `path`: first its header by our own code, then by `qemu-img` in the declared format.
  /// - Throws: ``FleetError`` with code `invalid` for another format, a backing or data file, snapshots or encryption.
  func inspect(_ path: String) async throws -> Finding {
    let header = try await OpenFile.run {
      let file = try OpenFile.reading(path)
      return try ImageHeader(file.read(ImageHeader.length, at: 0), ofFile: file.size())
    }
    let report = try await report(on: path, as: header.format)
    guard report.backingFilename == nil, report.formatSpecific?.data?.dataFile == nil, report.encrypted != true else {
      throw FleetError(
        .invalid, "the image refers to another file or is encrypted",
        hint: "flatten it first: qemu-img convert -O qcow2 IN OUT")
    }
    guard report.virtualSize == header.virtualSize.bytes else {
      throw FleetError(.invalid, "the image has the size \(header.virtualSize) by its header and another by qemu-img")
    }
    if header.format == .qcow2 { try await check(path) }
    return Finding(format: header.format, virtualSize: header.virtualSize, looksLikeDisk: header.looksLikeDisk)
  }

  /// Refuses a qcow2 file whose tables point beyond its end or into each other, such as an interrupted download.
  private func check(_ path: String) async throws {
    let result = try await Self.bounded { [path] in
      try await run(
        .name("prlimit"),
        arguments: ["--as=1073741824", "--cpu=20", "qemu-img", "check", "-q", "-f", "qcow2", path],
        output: .discarded, error: .discarded)
    }
    // 0: no errors; 3: leaked clusters, which are harmless.
    guard result.terminationStatus == .exited(0) || result.terminationStatus == .exited(3) else {
      throw FleetError(
        .invalid, "the image is damaged or cut off", hint: "see what is wrong with it: qemu-img check FILE")
    }
  }

  /// Makes an empty image file.
  func create(_ path: String, format: ImageFormat, size: ByteCount) async throws {
    let result = try await Self.bounded { [path] in
      try await run(
        .name("prlimit"),
        arguments: [
          "--as=1073741824", "--cpu=10", "qemu-img", "create", "-q", "-f", format.driver, path, String(size.bytes),
        ],
        output: .discarded, error: .string(limit: 4096))
    }
    guard result.terminationStatus.isSuccess else {
      throw FleetError(.internal, "qemu-img can't make the image: \(result.standardError.printable)")
    }
  }

  private func report(on path: String, as format: ImageFormat) async throws -> Report {
    // A crafted image can make qemu-img use much memory and time; prlimit bounds both.
    let result = try await Self.bounded { [path] in
      try await run(
        .name("prlimit"),
        arguments: ["--as=1073741824", "--cpu=10", "qemu-img", "info", "--output=json", "-f", format.driver, path],
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
}
