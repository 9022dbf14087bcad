import Foundation

/// The whole source tree, read once.
struct SourceTree {
  /// Every file that rules look at, sorted by path.
  let files: [SourceFile]
  /// The names at the top, but for dotfiles and what `.gitignore` names.
  let topLevel: [String]

  /// A tree that a test makes up.
  init(_ texts: [String: String], topLevel: [String] = []) {
    files = texts.map { SourceFile(path: $0.key, text: $0.value) }.sorted { $0.path < $1.path }
    self.topLevel = topLevel
  }

  /// The tree that this file stands in.
  static func here(_ path: String = #filePath) throws -> SourceTree {
    var root = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    while root.path != "/", !FileManager.default.fileExists(atPath: root.path + "/Package.swift") {
      root.deleteLastPathComponent()
    }
    let ignored = try String(contentsOf: root.appendingPathComponent(".gitignore"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let top = try FileManager.default.contentsOfDirectory(atPath: root.path)
      .filter { !$0.hasPrefix(".") && !ignored.contains($0) && !ignored.contains($0 + "/") }
    var texts: [String: String] = [:]
    for name in top { try read(name, under: root, into: &texts) }
    return SourceTree(texts, topLevel: top)
  }

  /// The file with that path, if it is there.
  subscript(_ path: String) -> SourceFile? { files.first { $0.path == path } }

  /// Text that rules look at, by its extension; scripts have none.
  private static let extensions: Set<String> = ["swift", "proto", "md", "sh", ""]

  private static func read(_ path: String, under root: URL, into texts: inout [String: String]) throws {
    let url = root.appendingPathComponent(path)
    let values = try url.resourceValues(forKeys: [.isDirectoryKey, .isRegularFileKey, .fileSizeKey])
    if values.isDirectory == true {
      for name in try FileManager.default.contentsOfDirectory(atPath: url.path) where !name.hasPrefix(".") {
        try read("\(path)/\(name)", under: root, into: &texts)
      }
    } else if values.isRegularFile == true, extensions.contains(url.pathExtension), values.fileSize ?? 0 < 4 << 20,
      let text = try? String(contentsOf: url, encoding: .utf8)
    {
      texts[path] = text
    }
  }
}
