internal import ArgumentParser

/// How a command prints its data.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Columns for people.
  case table
  /// As table, with every column.
  case wide
  /// JSON.
  case json
  /// YAML.
  case yaml
  /// Comma-separated values (RFC 4180) with a header.
  case csv
  /// Names alone, one a line.
  case name
}
