extension Rule {
  /// Files have at most 400 lines, functions at most 80.
  static var length: Rule {
    Rule("length") { file in
      guard file.isSwift, !file.isGenerated else { return [] }
      var findings: [Finding] = []
      if file.lines.count > 400 {
        findings.append(file.finding("length", line: 401, "the file has \(file.lines.count) lines"))
      }
      for body in Declarations.bodies(in: file) where body.last - body.first + 1 > 80 {
        findings.append(
          file.finding("length", line: body.first, "\(body.name) has \(body.last - body.first + 1) lines"))
      }
      return findings
    }
  }
}
