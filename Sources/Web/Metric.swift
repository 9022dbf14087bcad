/// One metric of Prometheus, with a sample for each combination of labels.
///
/// Corresponds to the text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct Metric: Sendable {
  /// One number with its labels.
  struct Sample: Sendable {
    var labels: KeyValuePairs<String, String>
    var value: Double
  }

  let name: String
  let help: String
  let samples: [Sample]

  init(_ name: String, _ help: String, _ samples: [Sample]) {
    self.name = name
    self.help = help
    self.samples = samples
  }

  init(_ name: String, _ help: String, _ value: Double) {
    self.init(name, help, [Sample(labels: [:], value: value)])
  }

  /// The metric's lines, each with its newline; all of Roost's metrics are gauges.
  var text: String {
    var lines = "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) gauge\n"
    for sample in samples {
      lines += name
      var mark = "{"
      for (key, value) in sample.labels {
        lines += mark
        lines += key
        lines += "=\""
        lines += Self.escaped(value, quotes: true)
        lines += "\""
        mark = ","
      }
      lines += sample.labels.isEmpty ? " " : "} "
      lines += Self.number(sample.value)
      lines += "\n"
    }
    return lines
  }

  /// What may not stand as it is.
  private static let marks = Array("\\\n\"".utf8)

  /// Writes whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: marks.contains) else { return text }
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
