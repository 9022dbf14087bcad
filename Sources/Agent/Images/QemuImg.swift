internal import Fleet
internal import Foundation

/// Runs `qemu-img`, always with limits on time, memory and processor.
struct QemuImg: Sendable {
  /// What it reports of an image.
  struct Information: Decodable, Hashable, Sendable {
    var format: String
    var virtualSize: Int64
    var backingFile: String?
    var dataFile: String?
    var encrypted: Bool?

    enum CodingKeys: String, CodingKey {
      case format
      case virtualSize = "virtual-size"
      case backingFile = "backing-filename"
      case encrypted
      case specific = "format-specific"
    }

    private enum SpecificKeys: String, CodingKey { case data }
    private enum DataKeys: String, CodingKey { case dataFile = "data-file" }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      format = try values.decode(String.self, forKey: .format)
      virtualSize = try values.decode(Int64.self, forKey: .virtualSize)
      backingFile = try values.decodeIfPresent(String.self, forKey: .backingFile)
      encrypted = try values.decodeIfPresent(Bool.self, forKey: .encrypted)
      let specific = try? values.nestedContainer(keyedBy: SpecificKeys.self, forKey: .specific)
      let data = try? specific?.nestedContainer(keyedBy: DataKeys.self, forKey: .data)
      dataFile = try? data?.decodeIfPresent(String.self, forKey: .dataFile)
    }
  }

  let runner: any CommandRunner

  /// Inspects an image without following its backing file.
  func inspect(_ path: String, format: String) async throws -> Information {
    // Reading only in the declared format keeps a raw file from passing itself off as qcow2.
    let result = try await run(["info", "--output=json", "-U", "-f", format, path], timeout: .seconds(20))
    do {
      return try JSONDecoder().decode(Information.self, from: Data(result.output.utf8))
    } catch {
      throw FleetError(.invalid, "qemu-img tells nothing of use about \(path)")
    }
  }

  /// Makes a new empty file.
  func create(_ path: String, format: String, size: ByteCount) async throws {
    _ = try await run(["create", "-q", "-f", format, path, "\(size.bytes)"], timeout: .seconds(60))
  }

  /// Makes a new qcow2 file with a backing file.
  func create(_ path: String, over backing: String, format: String, size: ByteCount) async throws {
    _ = try await run(
      ["create", "-q", "-f", "qcow2", "-b", backing, "-F", format, path, "\(size.bytes)"], timeout: .seconds(60))
  }

  /// Copies an image into a new file.
  func convert(_ source: String, format: String, to path: String, format target: String) async throws {
    let command = Command(
      "qemu-img", ["convert", "-q", "-f", format, "-O", target, source, path], timeout: .seconds(7200),
      addressSpaceBytes: 4 << 30, processorSeconds: 7200)
    try check(await runner.run(command), "convert")
  }

  /// Grows an image.
  func resize(_ path: String, format: String, to size: ByteCount) async throws {
    _ = try await run(["resize", "-q", "-f", format, path, "\(size.bytes)"], timeout: .seconds(60))
  }

  private func run(_ arguments: [String], timeout: Duration) async throws -> CommandResult {
    let command = Command(
      "qemu-img", arguments, timeout: timeout, addressSpaceBytes: 2 << 30, processorSeconds: 30)
    let result = try await runner.run(command)
    try check(result, arguments.first ?? "")
    return result
  }

  private func check(_ result: CommandResult, _ verb: String) throws {
    guard result.succeeded else {
      let full = result.errors.contains("No space left")
      throw FleetError(full ? .exhausted : .invalid, "qemu-img \(verb) fails: \(result.complaint)")
    }
  }
}
