/// One place that breaks a rule.
struct Finding: Hashable, CustomStringConvertible {
  let path: String
  let line: Int
  let rule: String
  let detail: String

  var description: String { "\(path):\(line): \(rule): \(detail)" }
}
