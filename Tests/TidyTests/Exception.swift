/// A place that may break a rule, and why. Nothing else may; and one that is not needed any more fails as well.
struct Exception {
  /// The file, from the top of the tree.
  let path: String
  /// The rule's name.
  let rule: String
  /// Why.
  let reason: String

  static let all: [Exception] = [
    Exception(
      path: "Sources/Fleet/Units/RandomSource.swift", rule: "clock",
      reason: "the one place that reads the system's random source; only mains make it"),
    Exception(
      path: "Sources/Platform/SystemClock.swift", rule: "clock",
      reason: "the one place that reads the system's clock; only mains make it"),
    Exception(
      path: "Sources/RoostCommands/VMs/ListCommand.swift", rule: "word",
      reason: "the key `twins` of the first releases, beside `duplicates`; it goes with the next release"),
    Exception(
      path: "proto/roost/v1/common.proto", rule: "name",
      reason: "messages that several services share, by the custom of protobuf packages"),
  ]
}
