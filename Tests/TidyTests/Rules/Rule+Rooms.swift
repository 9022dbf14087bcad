extension Rule {
  /// A folder of Swift files holds at most twenty of them, so that one look shows its subject.
  static var rooms: Rule {
    Rule(
      "rooms",
      tree: { tree in
        let files = tree.files.filter { $0.path.hasSuffix(".swift") && !$0.isGenerated }
        let folders = Dictionary(grouping: files) { $0.path.split(separator: "/").dropLast().joined(separator: "/") }
        return folders.compactMap { folder, files in
          files.count > 20 ? Finding(path: folder, line: 1, rule: "rooms", detail: "\(files.count) files") : nil
        }
        .sorted { $0.path < $1.path }
      })
  }

  /// No target is a library product, so nothing can use `public`: other targets see `package`.
  static var access: Rule {
    Rule("access") { file in
      guard file.isShipped, !file.isMain else { return [] }
      return file.tokens.filter { $0.text == "public" }.map { file.finding("access", line: $0.line, "public: package") }
    }
  }
}
