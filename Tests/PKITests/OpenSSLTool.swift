import Foundation

/// The `openssl` command, a second opinion on what we write, in a directory of its own.
struct OpenSSLTool {
  static let path = "/usr/bin/openssl"

  static var isPresent: Bool { FileManager.default.isExecutableFile(atPath: path) }

  struct Answer {
    var status: Int32
    var output: String
  }

  private let directory: URL

  /// Lends the tool; the directory is gone afterwards.
  static func use(_ body: (OpenSSLTool) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "pki-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(OpenSSLTool(directory: directory))
  }

  /// Runs the command with the directory as its working directory; output and error text come together.
  @discardableResult
  func run(_ arguments: String...) throws -> Answer {
    try run(arguments)
  }

  @discardableResult
  func run(_ arguments: [String]) throws -> Answer {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: Self.path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: directory.appending(path: name))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: directory.appending(path: name))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
  }
}
